import { useState } from "react";
import type { WaitingMail } from "../backend";
import { useAct } from "../backend/queries";
import { formatAgo, formatMoment, formatTime, isSameDay } from "../format";
import type { Act } from "../keys/keys";
import { lookUp, t } from "../messages/messages";
import { named } from "../messages/wording";
import { Dialog } from "../parts/Dialog";
import layout from "../parts/layout.module.css";
import { Notice, Refusal } from "../parts/Notice";
import { Rows } from "../parts/Rows";
import styles from "./Frame.module.css";
import { mailWords, noteDropped, useMail } from "./mailing";
import { useMay } from "./screens";
import { useClock } from "./TopBar";

/** Height of a row in px. */
const ROW = 56;
/** Rows in sight; half a row says that there are more. */
const IN_SIGHT = 5.5;

/** What has still to be sent, and what somebody has to say of a mail that may have arrived. */
export function MailDialog({ onClose }: { onClose: () => void }) {
  const { trouble, waiting } = useMail();
  const may = useMay("sell");
  const nowMs = useClock();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const settling = useAct("settle_mail", (_, { mailId, how }) => {
    if (how === "dropped") noteDropped(mailId);
  });
  const found = waiting.findIndex(({ mailId }) => mailId === chosenId);
  // What needs an answer comes first.
  const at = found === -1 ? Math.max(0, waiting.findIndex(({ state }) => state === "in_doubt" || state === "refused")) : found;
  const chosen = waiting[at];
  const state = chosen?.state;
  const settle = (how: "again" | "sent" | "dropped") => () => {
    if (chosen !== undefined && !settling.isPending) settling.mutate({ mailId: chosen.mailId, how });
  };
  const isThere = may && chosen !== undefined && state !== "sending";
  const acts: Act[] = [
    { id: "mail.again", key: "F6", label: t(state === "in_doubt" || state === "refused" ? "mail.again" : "mail.now"), run: settle("again"), disabled: !isThere },
    { id: "mail.drop", key: "F7", label: t("mail.drop"), run: settle("dropped"), disabled: !isThere },
    ...(waiting.some((mail) => mail.state === "in_doubt")
      ? [{ id: "mail.wasSent", key: "F12", label: t("mail.wasSent"), run: settle("sent"), main: true, disabled: !isThere || state !== "in_doubt" }]
      : []),
  ];
  const why = chosen?.code ?? null;
  return (
    <Dialog title={t("mail.queue")} onClose={onClose} acts={waiting.length === 0 ? [] : acts} width={840} testid="mail-dialog">
      {trouble !== null && (
        <Notice tone="amber" testid="mail-trouble">
          {words(trouble)}
        </Notice>
      )}
      {waiting.length === 0 ? (
        <p className={layout.lead}>{t("mail.nothing")}</p>
      ) : (
        <div className={styles.papers} style={{ height: 2 + ROW * Math.min(waiting.length, IN_SIGHT) }}>
          <Rows
            rows={waiting}
            rowKey={({ mailId }) => mailId}
            height={ROW}
            at={at}
            onAt={(next) => setChosenId(waiting[next]?.mailId ?? null)}
            label={t("mail.queue")}
            testid="mail-row"
            draw={(mail) => <Row mail={mail} nowMs={nowMs} />}
          />
        </div>
      )}
      {waiting.some(({ code }) => code !== null && code !== trouble) && (
        <div className={styles.why}>
          {why !== null && why !== trouble && (
            <Notice tone="amber" testid="mail-why">
              {words(why)}
            </Notice>
          )}
        </div>
      )}
      <Refusal error={settling.error} />
    </Dialog>
  );
}

const words = (code: string) => lookUp(`error.${code}`) ?? t("error.unknown", { code });

function Row({ mail, nowMs }: { mail: WaitingMail; nowMs: number }) {
  const since = isSameDay(mail.atMs, nowMs) ? formatTime(mail.atMs) : formatMoment(mail.atMs);
  return (
    <span className={styles.paper} data-state={mail.state}>
      <b>{mailWords(mail)}</b>
      <span>
        {named("mail.state", mail.state)}
        {mail.code !== null && ` · ${named("mail.trouble", mail.code)}`}
      </span>
      <small>
        {mail.address !== "" && `${mail.address} · `}
        {since} · {formatAgo(Math.min(mail.atMs, nowMs), nowMs)}
      </small>
    </span>
  );
}
