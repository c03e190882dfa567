import { expect, it } from "vitest";
import type { MailView, WaitingMail } from "../backend";
import en from "../messages/en.json";
import { lookUp } from "../messages/messages";
import { mailLook, mailLookWords, mailWords, noteDropped, sentWords } from "./mailing";

const account = { host: "mail.example.org", port: 465, security: "tls", user: "till", hasPassword: true, fromAddress: "till@example.org", fromName: "" };
const mail = (state: string, code: string | null = null): WaitingMail => ({ mailId: "m", what: "receipt", no: "1-000001", copyNo: 0, address: "a…@example.org", atMs: 0, state, tries: 0, code });
const view = (trouble: string | null, ...waiting: WaitingMail[]): MailView => ({ account, trouble, waiting });

it.each([
  [null, view(null)],
  ["1 e-mail waits", view(null, mail("sending"))],
  ["2 e-mails wait", view(null, mail("waits"), mail("waits", "mail_busy"))],
  ["e-mail: no answer", view("mail_unreachable")],
  ["e-mail: sign-in not accepted · 2 waiting", view("mail_login", mail("waits", "mail_login"), mail("waits"))],
  // Only a person can say what became of these, so they come first.
  ["1 e-mail in doubt", view("mail_unreachable", mail("in_doubt", "mail_torn"), mail("refused"), mail("waits"))],
  ["2 e-mails undeliverable", view("mail_unreachable", mail("refused"), mail("refused"))],
] as const)("the top bar says %s", (words, of) => {
  const look = mailLook(of);
  expect(look === null ? null : mailLookWords(look)).toBe(words);
});

it.each([
  ["Receipt 1-000001", mail("waits")],
  ["Receipt 1-000001, copy 2", { ...mail("waits"), copyNo: 2 }],
  ["Z 1-Z0003", { ...mail("waits"), what: "z", no: "1-Z0003" }],
  ["X report", { ...mail("waits"), what: "x", no: null }],
  ["Test mail", { ...mail("waits"), what: "test", no: null }],
] as const)("a mail carries: %s", (words, of) => {
  expect(mailWords(of)).toBe(words);
});

it.each([
  ["It is being sent by e-mail.", view(null, mail("waits"))],
  ["It is being sent by e-mail.", view("mail_unreachable", mail("sending"))],
  ["The e-mail waits: no answer.", view("mail_unreachable", mail("waits"))],
  ["The e-mail waits: server asks to wait.", view(null, mail("waits", "mail_busy"))],
  ["Nobody knows whether the e-mail arrived. Alt+M asks about it.", view(null, mail("in_doubt", "mail_torn"))],
  ["The e-mail was not sent: address not accepted. Alt+M shows it.", view(null, mail("refused", "mail_recipient_refused"))],
  ["It was sent by e-mail.", view(null, { ...mail("waits"), mailId: "another" })],
] as const)("of what was asked for is said: %s", (words, of) => {
  expect(sentWords(of, "m")).toBe(words);
});

it("does not say of a mail that was dropped that it was sent", () => {
  noteDropped("unwanted");
  expect(sentWords(view(null), "unwanted")).toBe("The e-mail is not sent.");
});

it("has short words for everything that keeps a mail", () => {
  const refusals = ["mail_not_set_up", "mail_full"];
  const codes = Object.keys(en).flatMap((key) => key.match(/^error\.(mail_\w+)$/)?.[1] ?? []);
  expect(codes.filter((code) => !refusals.includes(code) && lookUp(`mail.trouble.${code}`) === null)).toEqual([]);
});
