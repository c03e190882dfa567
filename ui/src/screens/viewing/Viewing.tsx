import { useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconBuildingStore, IconCloudCheck, IconCloudOff, IconEye, IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call, type ViewedBranch, type Viewing as View } from "../../backend";
import { useAsk, useIsConnected } from "../../backend/queries";
import { formatMoment, formatTime, isSameDay, setFormat } from "../../format";
import { BottomBar } from "../../frame/BottomBar";
import frame from "../../frame/Frame.module.css";
import { Help } from "../../frame/Help";
import { Palette } from "../../frame/Palette";
import { TillTable } from "../../frame/TillTable";
import { useClock } from "../../frame/TopBar";
import { type Act, useKeys } from "../../keys/keys";
import { LANGUAGES, setLanguage, t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Fallen } from "../../parts/Fallen";
import { Kbd } from "../../parts/Kbd";
import { Empty } from "../../parts/states";
import { Branch } from "../branch/Branch";
import { Account } from "./Account";
import { Asked } from "./Asked";
import { formatOf } from "./formatOf";
import { Organisation } from "./Organisation";
import { useStillHere } from "./presence";
import styles from "./Viewing.module.css";
import { Welcome } from "./Welcome";

type Over = "help" | "palette" | "tills" | "account" | null;

const WELCOMED = "pharmatill-welcomed";

/** A person's browser at a server: after a link first how they sign in the next time, then what they may look at. */
export function Viewing({ viewing }: { viewing: View }) {
  useStillHere();
  // Whoever said "not now" is not asked again, as long as they are in.
  const signIn = String(viewing.endsAtMs);
  const [isWelcome, setWelcome] = useState(() => viewing.isWithoutWay && window.sessionStorage.getItem(WELCOMED) !== signIn);
  const goOn = () => {
    window.sessionStorage.setItem(WELCOMED, signIn);
    setWelcome(false);
  };
  return isWelcome ? <Welcome viewing={viewing} onDone={goOn} /> : <Branches viewing={viewing} />;
}

/** The branches of the organisation side by side, and each by itself. */
function Branches({ viewing }: { viewing: View }) {
  const { branches } = viewing;
  const [branchId, setBranchId] = useState<string | null>(null);
  const [over, setOver] = useState<Over>(null);
  const { setColorScheme } = useMantineColorScheme();
  const isSeveral = branches.length > 1;
  const branch = isSeveral ? branches.find((one) => one.branchId === branchId) : branches[0];
  useFormatOf(branch ?? branches.find((one) => one.branchId === viewing.branchId) ?? branches[0]);
  // Anew, so that nothing of what was seen is left.
  const end = () => void call("sign_out", {}).finally(() => window.location.reload());

  const screen = branch === undefined ? "organisation" : "viewed";
  const acts: Act[] = [
    { id: "view.all", key: "Escape", label: t("view.organisation"), run: () => setBranchId(null), disabled: branch === undefined || !isSeveral },
    { id: "frame.palette", key: "Ctrl+K", label: t("act.palette"), run: () => setOver("palette") },
    { id: "frame.help", key: "F1", label: t("act.help"), run: () => setOver("help") },
    { id: "frame.sync", key: "Alt+0", label: t("sync.tills"), run: () => setOver("tills"), disabled: branch === undefined },
    { id: "view.account", key: "F4", label: t("account.open"), run: () => setOver("account") },
    { id: "view.end", key: "F8", label: t("view.end"), run: end },
    { id: "frame.light", label: t("act.light"), run: () => setColorScheme("light") },
    { id: "frame.dark", label: t("act.dark"), run: () => setColorScheme("dark") },
    ...LANGUAGES.map((language) => ({
      id: `frame.language.${language}`,
      label: t("act.language", { language: t(`language.${language}`) }),
      run: () => setLanguage(language),
    })),
  ];
  useKeys(acts, "frame");

  const close = () => setOver(null);
  const title = branch === undefined ? t("view.organisation") : branch.name;
  return (
    <div className={frame.frame} data-testid="viewing">
      <Top title={title} viewing={viewing} onPerson={() => setOver("account")} />
      <main className={`${frame.body} ${styles.body}`}>
        <VisuallyHidden component="h1">{title}</VisuallyHidden>
        <Asked branches={branches} />
        <div className={frame.screen}>
          <Fallen key={branchId}>
            {branch !== undefined ? (
              <Branch of={{ branchId: branch.branchId }} currency={branch.currency} />
            ) : isSeveral ? (
              <Organisation viewing={viewing} cameFrom={branchId} onBranch={setBranchId} />
            ) : (
              <Empty title={t("view.nothing")} testid="view-nothing" />
            )}
          </Fallen>
        </div>
      </main>
      <BottomBar />
      {over === "palette" && <Palette onClose={close} />}
      {over === "help" && <Help title={t("help.title", { screen: title })} text={t(`help.${screen}`)} onClose={close} />}
      {over === "account" && <Account person={viewing.person} onClose={close} />}
      {over === "tills" && branch !== undefined && <Tills of={branch} onClose={close} />}
    </div>
  );
}

/** Amounts and times as they are written in the branch. */
function useFormatOf(branch: ViewedBranch | undefined): void {
  if (branch !== undefined) setFormat(formatOf(branch));
}

/** What is looked at, that it is only looked at, whether the server is there, until when, who looks, the clock. */
function Top({ title, viewing, onPerson }: { title: string; viewing: View; onPerson: () => void }) {
  const { person, endsAtMs } = viewing;
  const nowMs = useClock();
  const connected = useIsConnected();
  const [sinceMs, setSinceMs] = useState<number | null>(null);
  useEffect(() => setSinceMs(connected ? null : Date.now()), [connected]);
  const Icon = connected ? IconCloudCheck : IconCloudOff;
  return (
    <header className={frame.top}>
      <span className={frame.branch}>
        <IconBuildingStore size={20} stroke={1.75} style={{ verticalAlign: -4, marginRight: 8 }} aria-hidden />
        {title}
      </span>
      <span className={frame.mark} data-testid="view-only">
        <IconEye size={20} stroke={1.75} aria-hidden />
        <span className={styles.only}>{t("view.only")}</span>
      </span>
      <span className={`${frame.mark} ${styles.connection}`} data-tone={connected ? undefined : "waits"} role="status" data-testid="view-connection">
        <Icon size={20} stroke={1.75} aria-hidden />
        <span>{sinceMs === null ? t("sync.connected") : t("sync.offline", { since: formatTime(sinceMs) })}</span>
      </span>
      <span className={frame.gap} />
      <span className={`${frame.muted} ${styles.until}`}>{t("view.until", { time: isSameDay(endsAtMs, nowMs) ? formatTime(endsAtMs) : formatMoment(endsAtMs) })}</span>
      <button type="button" className={frame.person} onClick={onPerson} data-testid="viewer">
        <IconUser size={20} stroke={1.75} aria-hidden />
        <span className={styles.who}>{person.name === "" ? t("account.open") : person.name}</span>
        <span className={styles.key}>
          <Kbd>F4</Kbd>
        </span>
      </button>
      <time className={`${frame.clock} ${styles.clock}`} data-testid="clock">
        {formatTime(nowMs)}
      </time>
    </header>
  );
}

function Tills({ of, onClose }: { of: ViewedBranch; onClose: () => void }) {
  const now = useAsk("branch_now", { branchId: of.branchId });
  return (
    <Dialog title={of.name} onClose={onClose} width={640} testid="view-tills">
      {now.data !== undefined && <TillTable tills={now.data.tills} />}
    </Dialog>
  );
}
