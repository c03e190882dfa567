import { Button } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconArrowsExchange, IconBuildingBank, IconCoins, IconLockOpen2, IconPrinter, IconScale } from "@tabler/icons-react";
import { useState } from "react";
import type { DrawerRow, DrawerView } from "../../backend";
import { formatBusinessDate, formatMoment, formatMoney, formatTime, isSameDay } from "../../format";
import { useAsk } from "../../backend/queries";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { NumberPad } from "../../parts/NumberPad";
import { Notice } from "../../parts/Notice";
import styles from "./Drawer.module.css";
import { Movement } from "./Movement";
import { Send } from "../cash/Carry";
import { drawerAt, drawerName, placeAt } from "../cash/places";
import { Drawers } from "./Drawers";
import { MovementList } from "./MovementList";
import { MOVEMENTS, type MovementKind } from "./movements";
import { OverShort } from "./OverShort";

const ICONS: Record<MovementKind, typeof IconLockOpen2> = {
  paid_out: IconArrowUpRight,
  paid_in: IconArrowDownLeft,
  no_sale: IconLockOpen2,
};

/** What the button that begins a movement says. */
export function movementAct(kind: MovementKind): string {
  return kind === "no_sale" ? t("movement.do.no_sale") : (lookUp(`movement.${kind}`) ?? kind);
}

type Props = {
  drawer: DrawerView;
  onCount: () => void;
  onClose: () => void;
  /** To all cash of the branch, and there to what is on its way. */
  onBranch: (transferId?: string) => void;
  /** To counting a part of another drawer. */
  onAlong: (drawer: DrawerRow) => void;
};

const OWN = placeAt("drawer");
const SAFE = placeAt("safe");

/** The open drawer: what moved, and what can be done. */
export function Session({ drawer, onCount, onClose, onBranch, onAlong }: Props) {
  const place = usePlace();
  const { till } = useDuty();
  const may = { move: useMay("move_cash"), count: useMay("drawer") };
  const [kind, setKind] = useState<MovementKind | null>(null);
  // What was paid in or out last, of which a slip can be had.
  const [slipOf, setSlipOf] = useState<string | null>(null);
  const slip = paperOf("cash_slip", slipOf);
  const printing = usePrintPaper();
  const printSlip = () => printing.print(slip);
  const [sends, setSends] = useState<"drop" | "topUp" | null>(null);
  const cash = useAsk("cash", { businessDate: null }, { enabled: sends !== null });
  const move = (each: MovementKind) => ({ id: each, key: MOVEMENTS[each].key, label: movementAct(each), icon: ICONS[each], run: () => setKind(each) });
  const acts = [
    move("paid_out"),
    move("paid_in"),
    { id: "drop", key: "F6", label: t("movement.safe_drop"), icon: IconBuildingBank, run: () => setSends("drop") },
    { id: "topUp", key: "F7", label: t("movement.float_top_up"), icon: IconCoins, run: () => setSends("topUp") },
    move("no_sale"),
  ];
  const [isMoving, setMoving] = useState(false);
  const isIdle = kind === null && sends === null && !isMoving;
  const goOn = drawer.count === null ? { label: t("drawer.session.count"), run: onCount } : { label: t("drawer.session.toClose"), run: onClose };
  useKeys(
    sends !== null
      ? []
      : [
          // Each has a button with its key on the screen; in the bar they would push out the way back.
          ...acts.map(({ id, key, label, run }) => ({ id: `drawer.${id}`, key, label, run, disabled: !may.move, quiet: true })),
          { id: "drawer.another", key: "F5", label: t("drawer.another"), run: () => setMoving(true), disabled: !may.count || !isIdle },
          { id: "drawer.slip", key: "Ctrl+P", label: t("movement.slip"), run: printSlip, disabled: slipOf === null || !isIdle, quiet: true },
          { id: "drawer.branch", key: "F10", label: t("cash.title"), run: () => onBranch(), disabled: !isIdle },
          { id: "drawer.count", key: "F12", ...goOn, main: true, disabled: !may.count || !isIdle },
          { id: "drawer.back", key: "Escape", label: t("act.back"), run: () => place.go("sell"), disabled: !isIdle },
        ],
  );
  const openedAtMs = drawer.openedAtMs ?? 0;
  const since = isSameDay(openedAtMs, Date.now()) ? formatTime(openedAtMs) : formatMoment(openedAtMs);

  if (sends !== null) {
    const isDrop = sends === "drop";
    return (
      <Send
        key={sends}
        from={[isDrop ? OWN : SAFE]}
        to={isDrop ? SAFE : drawerAt(drawer.drawer)}
        tillNos={cash.data?.tillNos ?? [till.tillNo]}
        onSent={(_, transferId) => {
          setSends(null);
          // What comes to this drawer is counted at once by whoever fetched it.
          if (!isDrop) onBranch(transferId);
        }}
        onBack={() => setSends(null)}
      />
    );
  }
  return (
    <div className={styles.split} data-testid="drawer-session">
      <div className={styles.main}>
        <h1 className={layout.title}>{t("drawer.session.title", { since })}</h1>
        {isMoving && <Drawers isOpen onChoose={() => undefined} onAlong={onAlong} onClose={() => setMoving(false)} />}
        {drawer.outdatedCountMs !== null && (
          <Notice tone="amber" testid="count-outdated">
            {t("drawer.session.outdated", { time: formatTime(drawer.outdatedCountMs) })}
          </Notice>
        )}
        {drawer.count !== null && (
          <Notice tone="plain" testid="count-stands">
            {t("drawer.session.counted", { time: formatTime(drawer.count.atMs) })}
          </Notice>
        )}
        {drawer.transfers.length > 0 && (
          <Notice tone="amber" testid="drawer-transfers">
            {t("drawer.session.onItsWay", { count: drawer.transfers.length })}{" "}
            <button type="button" className={layout.link} onClick={() => onBranch(drawer.transfers[0]?.transferId)}>
              {t("cash.title")}
            </button>{" "}
            <Kbd>F10</Kbd>
          </Notice>
        )}
        <div className={styles.moved}>
          <p className={layout.lead}>{t("drawer.session.moved")}</p>
          {slipOf !== null && isIdle && (
            <Button variant="default" onClick={printSlip} leftSection={<IconPrinter size={20} stroke={1.75} aria-hidden />} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="movement-slip">
              {t("movement.slip")}
            </Button>
          )}
        </div>
        <PrintAsked printing={printing} paper={slip} />
        {kind !== null && (
          <div className={styles.pad}>
            <NumberPad />
          </div>
        )}
        <MovementList
          movements={drawer.movements}
          empty={t("drawer.session.none", { key: MOVEMENTS.paid_out.key })}
        />
      </div>
      <aside className={styles.side}>
        {kind === null ? (
          <>
            <Facts
              values="right"
              facts={[
                [t("place.drawer"), <span data-testid="session-drawer">{drawerName(drawer.drawer)}</span>],
                [t("drawer.session.date"), formatBusinessDate(drawer.businessDate ?? "", "short")],
                [t("drawer.session.by"), drawer.openedBy],
                [t("drawer.session.float"), formatMoney(drawer.openingFloatMinor ?? 0)],
                ...(drawer.openingOverShortMinor === null || drawer.openingOverShortMinor === 0 ? [] : [[t("cash.openingOverShort"), <OverShort minor={drawer.openingOverShortMinor} testid="session-opening-over-short" />] as const]),
              ]}
            />
            <div className={styles.acts}>
              {may.move &&
                acts.map(({ id, key, label, icon: Icon, run }) => (
                  <button key={id} type="button" className={styles.act} onClick={run} data-testid={`move-${id}`}>
                    <Icon size={20} stroke={1.75} aria-hidden />
                    <span>{label}</span>
                    <Kbd>{key}</Kbd>
                  </button>
                ))}
              {may.count && (
                <button type="button" className={styles.act} onClick={() => setMoving(true)} data-testid="to-drawers">
                  <IconArrowsExchange size={20} stroke={1.75} aria-hidden />
                  <span>{t("drawer.another")}</span>
                  <Kbd>F5</Kbd>
                </button>
              )}
              <button type="button" className={styles.act} onClick={() => onBranch()} data-testid="to-cash-desk">
                <IconScale size={20} stroke={1.75} aria-hidden />
                <span>{t("cash.title")}</span>
                <Kbd>F10</Kbd>
              </button>
            </div>
            <span className={styles.grow} />
            {!may.count && <Notice tone="plain">{t("may.counter")}</Notice>}
            <Button size="lg" h={56} onClick={goOn.run} disabled={!may.count} rightSection={<Kbd>F12</Kbd>} data-testid="count-drawer">
              {goOn.label}
            </Button>
          </>
        ) : (
          // Another kind begins with empty fields.
          <Movement
            key={kind}
            kind={kind}
            onBooked={(entryId) => {
              setKind(null);
              setSlipOf(kind === "no_sale" ? null : entryId);
            }}
            onBack={() => setKind(null)}
          />
        )}
      </aside>
    </div>
  );
}
