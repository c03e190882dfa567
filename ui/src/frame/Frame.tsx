import { useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useMemo, useState } from "react";
import type { StaffView, Status, TillView } from "../backend";
import { useAct, useOpenDisplay } from "../backend/queries";
import { type Act, useBadgeScan, useKeys, useScan } from "../keys/keys";
import { keepScan } from "../keys/waiting";
import { LANGUAGES, lookUp, setLanguage, t } from "../messages/messages";
import { Dialog } from "../parts/Dialog";
import { Fallen } from "../parts/Fallen";
import { Notice, Refusal } from "../parts/Notice";
import { useLogo } from "../parts/useLogo";
import { Waiting } from "../parts/Waiting";
import { Accounts } from "../screens/accounts/Accounts";
import { OwnBranch } from "../screens/branch/OwnBranch";
import { Catalogue } from "../screens/catalogue/Catalogue";
import { Drawer } from "../screens/drawer/Drawer";
import { Reports } from "../screens/reports/Reports";
import { Sales } from "../screens/sales/Sales";
import { Sell } from "../screens/sell/Sell";
import { Settings } from "../screens/settings/Settings";
import { Approvals } from "../screens/signin/Approval";
import { Asked } from "../screens/signin/Asked";
import { ChangePin } from "../screens/signin/ChangePin";
import { People } from "../screens/signin/People";
import { BottomBar } from "./BottomBar";
import styles from "./Frame.module.css";
import { Help } from "./Help";
import { Lease } from "./Lease";
import { MailDialog } from "./MailDialog";
import { useMail } from "./mailing";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { PrinterDialog } from "./PrinterDialog";
import { PRINTERS, usePrinters } from "./printing";
import { type Aim, DutyContext, PlaceContext, SCREENS, type Screen } from "./screens";
import { SyncDialog } from "./SyncDialog";
import { TopBar } from "./TopBar";
import { useIdle } from "./idle";

const BODIES: Record<Screen, () => React.ReactNode> = {
  sell: Sell,
  sales: Sales,
  drawer: Drawer,
  catalogue: Catalogue,
  branch: OwnBranch,
  reports: Reports,
  accounts: Accounts,
  settings: Settings,
};

type Over = "help" | "palette" | "people" | "pin" | "sync" | "printer" | "mail" | "display" | { badge: string } | null;

const isBadge = (over: Over): over is { badge: string } => over !== null && typeof over !== "string";

/** Top bar, rail, the screen, bottom bar; and what can be done from anywhere. */
export function Frame({ status, till, person }: { status: Status; till: TillView; person: StaffView }) {
  const [place, setPlace] = useState<{ screen: Screen; aim: Aim; visit: number }>({ screen: "sell", aim: {}, visit: 0 });
  const [over, setOver] = useState<Over>(null);
  const { setColorScheme } = useMantineColorScheme();
  const signOut = useAct("sign_out");
  const opening = useOpenDisplay();
  const printers = usePrinters();
  const mail = useMail();
  const hasMail = mail.account !== null || mail.waiting.length > 0;
  const hasPrinter = PRINTERS.some((which) => printers[which].printer !== null || printers[which].count > 0);

  const toPlace = useMemo(
    () => ({
      screen: place.screen,
      aim: place.aim,
      go: (screen: Screen, aim: Aim = {}) => setPlace((before) => ({ screen, aim, visit: before.visit + 1 })),
    }),
    [place],
  );
  const duty = useMemo(() => ({ status, till, person }), [status, till, person]);

  const acts: Act[] = [
    { id: "frame.palette", key: "Ctrl+K", label: t("act.palette"), run: () => setOver("palette") },
    { id: "frame.help", key: "F1", label: t("act.help"), run: () => setOver("help") },
    { id: "frame.person", key: "F4", label: t("act.person"), run: () => setOver("people"), quiet: true },
    { id: "frame.lock", key: "F8", label: t("act.lock"), run: () => signOut.mutate({}), quiet: true, always: true },
    ...SCREENS.map((screen, index) => ({
      id: `frame.go.${screen}`,
      key: `Alt+${index + 1}`,
      label: t("act.go", { screen: t(`screen.${screen}`) }),
      run: () => toPlace.go(screen),
      quiet: true,
    })),
    { id: "frame.sync", key: "Alt+0", label: t("act.sync"), run: () => setOver("sync"), quiet: true },
    { id: "frame.display", label: t("display.open"), run: () => opening.mutate(undefined, { onError: () => setOver("display") }) },
    { id: "frame.printer", key: "Alt+P", label: t("printer.queue"), run: () => setOver("printer"), quiet: true, disabled: !hasPrinter },
    { id: "frame.mail", key: "Alt+M", label: t("mail.queue"), run: () => setOver("mail"), quiet: true, disabled: !hasMail },
    { id: "frame.pin", label: t("signIn.changePin"), run: () => setOver("pin"), disabled: status.practice },
    { id: "frame.light", label: t("act.light"), run: () => setColorScheme("light") },
    { id: "frame.dark", label: t("act.dark"), run: () => setColorScheme("dark") },
    ...LANGUAGES.map((language) => ({
      id: `frame.language.${language}`,
      label: t("act.language", { language: t(`language.${language}`) }),
      run: () => setLanguage(language),
    })),
  ];
  useKeys(acts, "frame");
  useIdle(status.lockAfterMs);
  // It is there before the first paper is shown, which then does not move.
  useLogo();

  // A scan on a screen that has no use for it is a pack for the customer at the counter.
  useScan((code) => {
    keepScan(code);
    toPlace.go("sell");
  }, "frame");

  useBadgeScan((badge) => setOver({ badge }), "frame");

  const Body = BODIES[place.screen];
  const close = () => setOver(null);
  return (
    <DutyContext.Provider value={duty}>
      <PlaceContext.Provider value={toPlace}>
        <div className={styles.frame} data-testid="frame">
          <TopBar onPerson={() => setOver("people")} onSync={() => setOver("sync")} onPrinter={() => setOver("printer")} onMail={() => setOver("mail")} />
          <Rail />
          <main className={styles.body} data-testid={`screen-${place.screen}`}>
            <VisuallyHidden component="h1">{t(`screen.${place.screen}`)}</VisuallyHidden>
            {status.practice && <div className={styles.practice}>{t("frame.practice")}</div>}
            {status.readOnly !== null && (
              <Notice tone="red" testid="read-only">
                {lookUp(`error.${status.readOnly}`) ?? t("error.read_only")}
              </Notice>
            )}
            <Asked />
            <Lease status={status} />
            {place.screen !== "sell" && <Waiting />}
            <div className={styles.screen}>
              <Fallen key={`${place.screen} ${place.visit}`}>
                <Body />
              </Fallen>
            </div>
          </main>
          <BottomBar />
        </div>
        {over === "palette" && <Palette onClose={close} />}
        {over === "help" && <Help title={t("help.title", { screen: t(`screen.${place.screen}`) })} text={t(`help.${place.screen}`)} onClose={close} />}
        {(over === "people" || isBadge(over)) && <People badge={isBadge(over) ? over.badge : null} onClose={close} onPin={() => setOver("pin")} />}
        {over === "pin" && <ChangePin onClose={close} />}
        {over === "sync" && <SyncDialog onClose={close} />}
        {over === "printer" && <PrinterDialog onClose={close} />}
        {over === "mail" && <MailDialog onClose={close} />}
        {over === "display" && (
          <Dialog title={t("display.title")} onClose={close} testid="display-failed">
            <Refusal error={opening.error} />
          </Dialog>
        )}
        <Approvals />
      </PlaceContext.Provider>
    </DutyContext.Provider>
  );
}
