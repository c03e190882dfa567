// Tills at a server, and two of one branch.
import { ask, openDrawer, read, sellSyrup, tillFor, tillOnDuty } from "./scene.mjs";

/** A till at its settings, where its server is chosen. */
export async function atSettings(context, options) {
  const till = await tillOnDuty(context, { imported: false, ...options });
  await till.keys("Alt+8");
  await till.get("settings-server").waitFor();
  return till;
}

/** Connects by keyboard alone, from Settings. */
export async function connect(till, address, code) {
  await till.keys("F10");
  await till.get("connect-server").waitFor();
  await till.get("server-address").fill(address);
  await till.keys("Enter");
  await till.type(code);
  await till.keys("Enter");
}

/** A till that has sold for 5.49, and the next one that it invited, which joined with address and code. */
export async function twoTills(context, server) {
  const first = await atSettings(context);
  await connect(first, server.url, await server.code());
  await first.shows("sync-state", "all sent");
  await openDrawer(first);
  const sale = await sellSyrup(first, "card", { reference: "4711" });
  await first.keys("F9");
  await first.get("invite-till").waitFor();
  await first.keys("F12");
  await first.get("invite-code").waitFor();
  const code = await read(first, "invite-code");
  await first.shows("invite-till", "It will be till 2");
  await first.keys("Escape");

  const second = await tillFor(context, { founded: false });
  await second.get("setup-way-server").check();
  await second.keys("F12");
  await second.get("join-server").fill(server.url);
  await second.keys("Enter");
  await second.type(code.toLowerCase());
  await second.keys("Enter");
  await second.get("screen-signin").waitFor();
  await second.page.getByText("Anna Weber").first().waitFor();
  // The PINs come with the records of the branch.
  const haveCome = async () => (await ask(second, "staff"))[0].hasSecret;
  for (let tries = 0; tries < 400 && !(await haveCome()); tries += 1) await second.page.waitForTimeout(50);
  await second.signIn("1");
  await second.get("frame").waitFor();
  return { first, second, sale };
}
