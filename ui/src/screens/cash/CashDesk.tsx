import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { AcceptedView, CashView, DrawerState, TransferView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAgo, formatBusinessDate, formatMoney, formatTime, isSameDay } from "../../format";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { OverShort } from "../drawer/OverShort";
import { Accept, Send } from "./Carry";
import styles from "./Cash.module.css";
import { AcceptedDetail, TransferDetail } from "./Details";
import { DrawerDetail, OtherDrawer } from "./DrawerDetail";
import { drawerName, placeAt, placeName } from "./places";
import { shiftDate } from "../reports/date";

type Row =
  | { kind: "drawer"; key: string; drawer: DrawerState }
  | { kind: "transfer"; key: string; transfer: TransferView }
  | { kind: "accepted"; key: string; accepted: AcceptedView };

function rowsOf(cash: CashView): Row[] {
  return [
    ...cash.drawers.map((drawer) => ({ kind: "drawer", key: drawer.cashSessionId, drawer }) as const),
    ...cash.onItsWay.map((transfer) => ({ kind: "transfer", key: transfer.transferId, transfer }) as const),
    ...cash.accepted.map((accepted) => ({ kind: "accepted", key: `${accepted.transferId} ${accepted.atMs}`, accepted }) as const),
  ];
}

type Doing = { act: "send" } | { act: "count" | "close"; sessionId: string } | { act: "accept" | "takeBack"; transfer: TransferView };

type Props = {
  /** The transfer that is looked at first. */
  aim?: string | null;
  onBack: () => void;
};

/** The reconciliation desk: every drawer of a day, the other places, and what is on its way between them. */
export function CashDesk({ aim = null, onBack }: Props) {
  const may = useMay("move_cash");
  const { status } = useDuty();
  const [date, setDate] = useState<string | null>(null);
  const cash = useAsk("cash", { businessDate: date }, { keep: true });
  const [chosenKey, setChosenKey] = useState(aim);
  const [doing, setDoing] = useState<Doing | null>(null);
  const view = cash.data;
  const rows = view === undefined ? [] : rowsOf(view);
  const at = Math.max(0, rows.findIndex(({ key }) => key === chosenKey));
  const chosen = rows[at];
  const isLooking = doing === null;
  // Nothing is closed on a day to come.
  const isToday = view !== undefined && view.businessDate >= status.businessDate;
  const go = (days: number) => view !== undefined && setDate(shiftDate(view.businessDate, days));
  useKeys(
    isLooking
      ? [
          { id: "cash.send", key: "F2", label: t("carry.send"), run: () => setDoing({ act: "send" }), disabled: !may },
          { id: "cash.earlier", key: "ArrowLeft", label: t("reports.earlier"), run: () => go(-1), quiet: true },
          { id: "cash.later", key: "ArrowRight", label: t("reports.later"), run: () => go(1), quiet: true, disabled: isToday },
          { id: "cash.back", key: "Escape", label: t("act.back"), run: onBack },
        ]
      : [],
  );

  if (view === undefined) {
    return cash.isError ? <Failed error={cash.error} again={() => void cash.refetch()} /> : <Loading rows={8} />;
  }
  const back = () => setDoing(null);
  // Closed, it stands elsewhere in the list, and is what is looked at next.
  const start = (act: "count" | "close", sessionId: string) => {
    setChosenKey(sessionId);
    setDoing({ act, sessionId });
  };
  if (doing?.act === "send") {
    const [own, safe, bag] = [placeAt("drawer"), placeAt("safe"), placeAt("driver_bag")];
    return (
      <Send
        from={[own, safe, bag]}
        to={safe}
        tillNos={view.tillNos}
        onSent={(_, transferId) => {
          setChosenKey(transferId);
          back();
        }}
        onBack={back}
      />
    );
  }
  if (doing?.act === "count" || doing?.act === "close") {
    const { sessionId } = doing;
    const drawer = view.drawers.find(({ cashSessionId }) => cashSessionId === sessionId);
    if (drawer !== undefined && drawer.closedAtMs === null) {
      return <OtherDrawer drawer={drawer} step={doing.act} onCounted={() => setDoing({ act: "close", sessionId })} onRecount={() => setDoing({ act: "count", sessionId })} onDone={back} />;
    }
    // Its own till closed it meanwhile.
    setDoing(null);
  }
  if (doing?.act === "accept" || doing?.act === "takeBack") return <Accept transfer={doing.transfer} isReturn={doing.act === "takeBack"} onAccepted={back} onBack={back} />;

  const label = (row: Row) => (row.kind === "drawer" ? t("cash.drawers") : row.kind === "transfer" ? t("cash.onItsWay") : t("cash.accepted"));
  return (
    <div className={layout.split} data-testid="cash-desk">
      <div className={layout.left}>
        <div className={layout.head}>
          <ActionIcon variant="default" size={44} onClick={() => go(-1)} aria-label={t("reports.earlier")} data-testid="cash-earlier">
            <IconChevronLeft size={20} stroke={1.75} />
          </ActionIcon>
          <h2 className={styles.date} data-testid="cash-date">
            {formatBusinessDate(view.businessDate)}
          </h2>
          <ActionIcon variant="default" size={44} onClick={() => go(1)} disabled={isToday} aria-label={t("reports.later")} data-testid="cash-later">
            <IconChevronRight size={20} stroke={1.75} />
          </ActionIcon>
        </div>
        <div className={styles.places}>
          {view.places.map(({ place, amountMinor }) => (
            <span key={place} className={styles.place} data-testid={`place-${place}`}>
              {placeName(placeAt(place))}
              <strong>{amountMinor === null ? "–" : formatMoney(amountMinor)}</strong>
            </span>
          ))}
        </div>
        {rows.length === 0 ? (
          <Empty testid="cash-empty" title={t("cash.none")}>
            {t("cash.noneLead")}
          </Empty>
        ) : (
          <Rows
            rows={rows}
            rowKey={(row) => row.key}
            height={64}
            grows
            at={at}
            onAt={(next) => setChosenKey(rows[next]?.key ?? null)}
            label={t("cash.title")}
            testid="cash-row"
            draw={(row) => {
              const isFirst = rows.find(({ kind }) => kind === row.kind) === row;
              return (
                <span className={styles.row} data-first={isFirst} data-kind={row.kind}>
                  {isFirst && <span className={styles.section}>{label(row)}</span>}
                  {row.kind === "drawer" && <DrawerRow drawer={row.drawer} />}
                  {row.kind === "transfer" && <TransferRow transfer={row.transfer} nowMs={view.nowMs} />}
                  {row.kind === "accepted" && <AcceptedRow accepted={row.accepted} />}
                </span>
              );
            }}
          />
        )}
        <div className={styles.foot}>
          <Button variant="default" onClick={() => setDoing({ act: "send" })} disabled={!may} rightSection={<Kbd>F2</Kbd>} data-testid="cash-send">
            {t("carry.send")}
          </Button>
        </div>
      </div>
      {chosen?.kind === "drawer" && (
        <DrawerDetail
          key={chosen.key}
          drawer={chosen.drawer}
          nowMs={view.nowMs}
          onOwn={onBack}
          onCount={() => start("count", chosen.key)}
          onClose={() => start("close", chosen.key)}
        />
      )}
      {chosen?.kind === "transfer" && (
        <TransferDetail
          key={chosen.key}
          transfer={chosen.transfer}
          nowMs={view.nowMs}
          onAccept={() => setDoing({ act: "accept", transfer: chosen.transfer })}
          onTakeBack={() => setDoing({ act: "takeBack", transfer: chosen.transfer })}
        />
      )}
      {chosen?.kind === "accepted" && <AcceptedDetail key={chosen.key} accepted={chosen.accepted} />}
    </div>
  );
}

function DrawerRow({ drawer }: { drawer: DrawerState }) {
  const sinceMs = drawer.signedAtMs ?? drawer.closedAtMs ?? drawer.openedAtMs;
  const state = lookUp(`drawerState.${drawer.state}`) ?? drawer.state;
  const waits = drawer.isOfEarlierDay ? t("cash.forgotten") : drawer.lateMinor !== null ? t("cash.late") : drawer.isUpToNow ? null : t("cash.notUpToNow");
  // Cash that is short and a card total that is over by as much are two things, and not exact.
  const others = drawer.rows.filter(({ kind, overShortMinor }) => kind !== "cash" && overShortMinor !== 0);
  return (
    <>
      <span className={styles.name}>{drawerName(drawer)}</span>
      <span className={styles.amount}>{drawer.overShortMinor === null ? (drawer.expectedCashMinor === null ? "" : formatMoney(drawer.expectedCashMinor)) : <OverShort minor={drawer.overShortMinor} testid="row-over-short" />}</span>
      <small>
        {state} · {isSameDay(sinceMs, Date.now()) ? formatTime(sinceMs) : formatBusinessDate(drawer.businessDate, "short")} · {drawer.signedBy ?? drawer.closedBy ?? drawer.openedBy}
      </small>
      <span className={styles.beside}>
        {waits !== null && <small className={drawer.isOfEarlierDay ? styles.late : undefined}>{waits}</small>}
        {others.map((row) => (
          <small key={row.kind}>
            {lookUp(`tender.${row.kind}`) ?? row.kind} <OverShort minor={row.overShortMinor} testid={`row-over-short-${row.kind}`} />
          </small>
        ))}
      </span>
    </>
  );
}

function TransferRow({ transfer, nowMs }: { transfer: TransferView; nowMs: number }) {
  return (
    <>
      <span className={styles.name}>
        {placeName(transfer.from)} → {placeName(transfer.to)}
      </span>
      <span className={styles.amount}>{formatMoney(transfer.amountMinor)}</span>
      <small>
        {transfer.person}
        {transfer.bagNo !== null && ` · ${transfer.bagNo}`}
      </small>
      <small className={styles.side}>{transfer.refused === null ? formatAgo(transfer.sentAtMs, nowMs) : t("carry.refused")}</small>
    </>
  );
}

function AcceptedRow({ accepted }: { accepted: AcceptedView }) {
  return (
    <>
      <span className={styles.name}>
        {placeName(accepted.from)} → {placeName(accepted.at)}
      </span>
      <span className={styles.amount}>{formatMoney(accepted.countedMinor)}</span>
      <small>{accepted.person}</small>
      <small className={styles.side}>{accepted.overShortMinor === 0 ? formatTime(accepted.atMs) : <OverShort minor={accepted.overShortMinor} testid="accepted-over-short" />}</small>
    </>
  );
}
