// A mail server on loopback that takes whatever it is given, and a till that sends by it.
import { createServer } from "node:net";
import { ask, openDrawer, tillOnDuty } from "./scene.mjs";

/** Longer than a till takes to try a mail again. */
const PATIENCE_MS = 20_000;

/** Speaks just as much SMTP as a till needs, in the clear. */
export async function mailServerFor(context) {
  const mails = [];
  let heard = () => undefined;
  let isRefusingLogin = false;
  let isTearing = false;
  let unknown = null;
  let port = 0;
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const say = (line) => socket.write(`${line}\r\n`);
    let unread = "";
    let mail = { login: null, from: null, to: null };
    let isContent = false;
    const answer = (line) => {
      const command = line.toUpperCase();
      if (command.startsWith("EHLO")) say("250-mail.example.org\r\n250 AUTH PLAIN LOGIN");
      else if (command.startsWith("AUTH PLAIN")) {
        mail.login = Buffer.from(line.slice("AUTH PLAIN ".length), "base64").toString().split("\0").slice(1);
        say(isRefusingLogin ? "535 5.7.8 no" : "235 2.7.0 yes");
      } else if (command.startsWith("MAIL FROM")) {
        mail.from = line.match(/<(.*?)>/)[1];
        say("250 ok");
      } else if (command.startsWith("RCPT TO")) {
        mail.to = line.match(/<(.*?)>/)[1];
        say(mail.to === unknown ? "550 5.1.1 nobody" : "250 ok");
      } else if (command === "DATA") {
        isContent = true;
        say("354 go on");
      } else if (command === "QUIT") socket.end("221 bye\r\n");
      else say("250 ok");
    };
    socket.on("data", (bytes) => {
      unread += bytes.toString("latin1");
      for (;;) {
        const end = isContent ? "\r\n.\r\n" : "\r\n";
        const at = unread.indexOf(end);
        if (at === -1) return;
        const part = unread.slice(0, at);
        unread = unread.slice(at + end.length);
        if (!isContent) answer(part);
        else {
          isContent = false;
          // It is whole here, and nobody says so.
          if (isTearing) {
            socket.resetAndDestroy();
            return;
          }
          mails.push({ ...mail, content: part });
          say("250 taken");
          heard();
        }
      }
    });
    say("220 mail.example.org");
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  ({ port } = server.address());
  context.after(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  );
  return {
    port,
    /** The next mail that is taken, or was and was not asked for yet. */
    got: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("no mail came")), PATIENCE_MS);
        heard = () => {
          const mail = mails.shift();
          if (mail === undefined) return;
          clearTimeout(timer);
          heard = () => undefined;
          resolve(mail);
        };
        heard();
      }),
    /** How many were taken and not asked for. */
    left: () => mails.length,
    /** Lets nobody in, or everybody again. */
    refusesLogin: (does) => {
      isRefusingLogin = does;
    },
    /** Breaks the connection behind the last dot, or not any more. */
    tears: (does) => {
      isTearing = does;
    },
    /** Knows nobody at this address. */
    doesNotKnow: (address) => {
      unknown = address;
    },
  };
}

/** An account at a server of this computer. */
export const accountAt = (server) => ({ host: "127.0.0.1", port: server.port, security: "none", user: "till", password: "secret", fromAddress: "till@apotheke.example", fromName: "Apotheke am Markt" });

/** A till with an open drawer and a mail account. */
export async function withMail(context, options = {}) {
  const server = await mailServerFor(context);
  const till = await tillOnDuty(context, { imported: false, ...options });
  await openDrawer(till);
  await ask(till, "set_mail", { account: accountAt(server) });
  return { till, server };
}

/** The PDF that a mail carries, and what it is called. */
export function attached(content) {
  const part = content.split(/\r\n--/).find((each) => /content-type: application\/pdf/i.test(each));
  if (part === undefined) return null;
  const [head, body] = part.split("\r\n\r\n");
  return { name: head.match(/filename="?([^";\r\n]+)/i)[1], pdf: Buffer.from(body, "base64").toString("latin1") };
}
