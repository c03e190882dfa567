// What tests of the drawer, the reports and the back office need beside a till.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { OWNER_PIN, openTill, PIN } from "./till.mjs";

/** A till for one test; it is closed when the test ends, and a page that threw fails it. */
export async function tillFor(context, options) {
  const till = await openTill(options);
  context.after(async () => {
    await till.close();
    assert.deepEqual(till.errors, []);
  });
  return till;
}

/** The same, with somebody on duty: the owner, if nobody else is named. */
export async function tillOnDuty(context, options, name = "Anna Weber") {
  const till = await tillFor(context, options);
  await till.get("screen-signin").waitFor();
  await nowOnDuty(till, name);
  return till;
}

/** Puts somebody on duty. Who is no owner is given a PIN by the owner first, and chooses the usual one. */
export async function nowOnDuty(till, name) {
  const people = await ask(till, "staff");
  const { staffId, role, hasSecret } = people.find((person) => person.name === name);
  if (role !== "owner" && !hasSecret) {
    const owner = people.find((person) => person.role === "owner");
    await ask(till, "sign_in", { staffId: owner.staffId, secret: OWNER_PIN, newSecret: null });
    await ask(till, "give_secret", { staffId, secret: "246813" });
    await ask(till, "sign_in", { staffId, secret: "246813", newSecret: PIN });
  } else {
    await ask(till, "sign_in", { staffId, secret: role === "owner" ? OWNER_PIN : PIN, newSecret: null });
  }
  await till.shows("person", name);
}

/** Asks the desk; a refusal fails the test. */
export async function ask(till, name, args = {}) {
  const answer = await till.ask(name, args);
  assert.equal(answer?.code !== undefined && "detail" in answer, false, `${name}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Opens the drawer through the desk, with 150.00 in it. */
export const openDrawer = (till) =>
  ask(till, "open_session", {
    cashSessionId: randomUUID(),
    denominations: [{ valueMinor: 1000, count: 5 }, { valueMinor: 500, count: 12 }, { valueMinor: 200, count: 20 }],
  });

/** Sells one pack of cough syrup for 5.49 by hand, for tests that are about something else. */
export async function sellSyrup(till, kind, given = {}) {
  const syrup = { code: "4006381333931", name: "Cough syrup", unitPriceMinor: 549, taxCode: "standard", quantity: 1 };
  const { saleId, totalMinor } = await ask(till, "add_unknown", syrup);
  const tenders = [{ kind, amountMinor: totalMinor, reference: null, customerId: null, ...given }];
  return ask(till, "complete_sale", { saleId, tenders, seenTotalMinor: totalMinor });
}

/** What stands in an element now, with plain spaces. */
export const read = async (till, id) => ((await till.get(id).first().textContent()) ?? "").replace(/[\u00a0\u202f]/g, " ").trim();

/** Waits until nothing with this id is on the screen. */
export const gone = (till, id) => till.get(id).waitFor({ state: "detached" });
