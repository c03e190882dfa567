/** A real server for a browser test, on loopback and in a folder of its own. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { BINARY, UI } from "./till.mjs";

const SERVER = `${BINARY}-server`;
const run = promisify(execFile);

/** Starts one; it ends with the test. */
export async function serverFor(context) {
  const data = await mkdtemp(join(tmpdir(), "pharmatill-server-"));
  const options = ["--data", data, "--json"];
  // The passphrase of a recovery file that nobody will need.
  const env = { ...process.env, PHARMATILL_PASSPHRASE: "korrekt pferd batterie" };
  const start = async (address) => {
    const child = spawn(SERVER, [...options, "--listen", address, "--ui", UI], { env, stdio: ["ignore", "pipe", "ignore"] });
    const line = await new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`pharmatill-server ended with ${code}`)));
      createInterface({ input: child.stdout }).once("line", resolve);
    });
    child.removeAllListeners("exit");
    return { child, url: JSON.parse(line).url };
  };
  let { child, url } = await start("127.0.0.1:0");
  const stop = () =>
    new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    });
  context.after(async () => {
    if (child.exitCode === null && child.signalCode === null) await stop();
    await rm(data, { recursive: true, force: true });
  });
  return {
    url,
    /** A code that lets one till in. */
    code: async () => JSON.parse((await run(SERVER, [...options, "code"], { env })).stdout).code,
    /** Kills it, as a power cut would. */
    stop,
    /** Starts it again on the same folder and address. */
    async restart() {
      ({ child } = await start(new URL(url).host));
    },
  };
}
