// A real till for a browser test: its own folder, the real ledger, `pharmatill serve` on a free port.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const DIST = join(ROOT, "ui/dist");
export const DEMO = join(ROOT, "crates/till/demo/products.csv");

/** The program as it was built last; PHARMATILL names another one. */
function program() {
  if (process.env.PHARMATILL !== undefined) return process.env.PHARMATILL;
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const found = ["debug", "release"].map((kind) => join(target, kind, "pharmatill")).find(existsSync);
  if (found === undefined) throw new Error("build it first: cargo build -p till");
  return found;
}

/** Runs `pharmatill` once on a folder and answers with what it printed. */
export function pharmatill(folder, ...args) {
  return execFileSync(program(), ["--data", folder, "--json", ...args], { encoding: "utf8" });
}

export const FOUNDED = ["--name", "Apotheke am Markt", "--country", "DE", "--staff", "Anna:owner", "--staff", "Ben:pharmacist"];

/**
 * A till of its own: empty, or founded, or founded with the demo catalogue. It is stopped and its
 * folder thrown away when the test `context` ends.
 */
export async function startTill(context, { founded = true, catalogue = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "pharmatill-browser-"));
  const data = join(folder, "till");
  if (founded) pharmatill(data, "init", ...FOUNDED);
  if (founded && catalogue) pharmatill(data, "catalogue", "import", DEMO);
  const child = spawn(program(), ["--data", data, "serve", "--port", "0", "--ui", DIST], { stdio: ["ignore", "pipe", "inherit"] });
  context.after(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = await firstUrl(child);
  const { origin, hash } = new URL(url);
  const token = /token=([^&]+)/.exec(hash)[1];

  /** Asks the till as the ui does; for arranging a test, not for what it is about. */
  async function call(name, args = {}) {
    const response = await fetch(`${origin}/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-pharmatill-token": token, origin },
      body: JSON.stringify(args),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return answer;
  }
  return { url, call, folder, data };
}

async function firstUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("{")) return JSON.parse(line).url;
  }
  throw new Error("pharmatill serve ended before it said where it listens");
}
