import type { MailAccount, MailAccountInput } from "../../backend";

/** How the line to a mail server is kept from others. */
export const SECURITIES = ["tls", "starttls", "none"] as const;
export type Security = (typeof SECURITIES)[number];

/** Where mail servers listen for each of them. */
export const USUAL_PORTS: Record<Security, string> = { tls: "465", starttls: "587", none: "25" };

/** An account as it is typed. */
export type MailDraft = {
  host: string;
  port: string;
  security: Security;
  user: string;
  /** Empty for the one that is kept. */
  password: string;
  fromAddress: string;
  fromName: string;
};

const EMPTY: MailDraft = { host: "", port: USUAL_PORTS.tls, security: "tls", user: "", password: "", fromAddress: "", fromName: "" };

/** What is kept, to be changed; what to begin with where there is none. */
export function draftOf(account: MailAccount | null): MailDraft {
  if (account === null) return EMPTY;
  const { host, port, user, fromAddress, fromName } = account;
  const security = SECURITIES.find((each) => each === account.security) ?? "tls";
  return { host, port: String(port), security, user, password: "", fromAddress, fromName };
}

/** The same account on another line: a usual port goes along with it, and one that was typed stays. */
export function withSecurity(draft: MailDraft, security: Security): MailDraft {
  const isUsual = draft.port.trim() === "" || draft.port === USUAL_PORTS[draft.security];
  return { ...draft, security, port: isUsual ? USUAL_PORTS[security] : draft.port };
}

/** The number of a port; null where it is none. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Whether a mail server is this computer itself, so that nobody can listen on the way. */
export const isThisComputer = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host.trim());

/** Whether nothing of it may go over a line, because others could read it there. */
export const isOpenLine = ({ security, host }: MailDraft): boolean => security === "none" && host.trim() !== "" && !isThisComputer(host);

/** What is known of the password of an account as it is typed. */
export function passwordState(draft: MailDraft, account: MailAccount | null): "none" | "kept" | "elsewhere" {
  if (account === null || !account.hasPassword || draft.user.trim() === "") return "none";
  // A password is for whom it was typed for.
  return draft.host.trim() === account.host && draft.user.trim() === account.user ? "kept" : "elsewhere";
}

/** The account as it is set up; null while something is missing. */
export function inputOf(draft: MailDraft): MailAccountInput | null {
  const port = portOf(draft.port);
  const host = draft.host.trim();
  const fromAddress = draft.fromAddress.trim();
  if (port === null || host === "" || /\s/.test(host) || fromAddress === "" || isOpenLine(draft)) return null;
  const user = draft.user.trim();
  const password = draft.password === "" ? null : draft.password;
  return { host, port, security: draft.security, user, password, fromAddress, fromName: draft.fromName.trim() };
}
