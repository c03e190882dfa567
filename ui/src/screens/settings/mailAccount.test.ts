import { expect, it } from "vitest";
import type { MailAccount } from "../../backend";
import { draftOf, inputOf, isThisComputer, type MailDraft, passwordState, portOf, withSecurity } from "./mailAccount";

const account: MailAccount = { host: "mail.example.org", port: 587, security: "starttls", user: "till", hasPassword: true, fromAddress: "till@example.org", fromName: "Apotheke" };
const draft: MailDraft = draftOf(account);

it.each([
  // A usual port goes along with the line, and one that was typed stays.
  ["tls", "465", "starttls", "587"],
  ["starttls", "587", "none", "25"],
  ["none", "25", "tls", "465"],
  ["tls", "", "starttls", "587"],
  ["tls", "2465", "starttls", "2465"],
  ["starttls", "465", "none", "465"],
] as const)("%s at %s becomes %s at %s", (security, port, next, usual) => {
  expect(withSecurity({ ...draft, security, port }, next)).toEqual({ ...draft, security: next, port: usual });
});

it.each([
  ["465", 465],
  [" 25 ", 25],
  ["1", 1],
  ["65535", 65_535],
  ["0", null],
  ["65536", null],
  ["", null],
  ["4.5", null],
  ["1e3", null],
  ["-25", null],
] as const)("port %j is %s", (text, port) => {
  expect(portOf(text)).toBe(port);
});

it.each([
  ["localhost", true],
  ["LocalHost ", true],
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["::1", true],
  ["localhost.example.org", false],
  ["127.example.org", false],
  ["192.168.1.4", false],
  ["mail.example.org", false],
] as const)("%s is this computer: %s", (host, is) => {
  expect(isThisComputer(host)).toBe(is);
});

it("keeps a password for the server and the user that it was typed for", () => {
  expect(passwordState(draft, account)).toBe("kept");
  expect(passwordState({ ...draft, port: "25" }, account)).toBe("kept");
  expect(passwordState({ ...draft, host: "other.example.org" }, account)).toBe("elsewhere");
  expect(passwordState({ ...draft, user: "somebody" }, account)).toBe("elsewhere");
  expect(passwordState({ ...draft, user: "" }, account)).toBe("none");
  expect(passwordState(draft, { ...account, hasPassword: false })).toBe("none");
  expect(passwordState(draft, null)).toBe("none");
});

it("is set up once nothing is missing, and keeps the password that is not typed", () => {
  const whole = { host: "mail.example.org", port: 587, security: "starttls", user: "till", password: null, fromAddress: "till@example.org", fromName: "Apotheke" };
  expect(inputOf(draft)).toEqual(whole);
  expect(inputOf({ ...draft, host: " mail.example.org ", fromAddress: "till@example.org ", password: " x " })).toEqual({ ...whole, password: " x " });
  for (const missing of [{ host: "" }, { host: "mail example" }, { port: "" }, { fromAddress: " " }]) expect(inputOf({ ...draft, ...missing }), JSON.stringify(missing)).toBeNull();
  expect(inputOf(draftOf(null))).toBeNull();
});

it("takes a line that others can read to this computer alone", () => {
  expect(inputOf({ ...draft, security: "none" })).toBeNull();
  expect(inputOf({ ...draft, security: "none", host: "127.0.0.1" })?.security).toBe("none");
});
