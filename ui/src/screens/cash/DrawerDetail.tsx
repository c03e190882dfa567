import { Button } from "@mantine/core";
import { useState } from "react";
import type { CloseMade, DrawerState } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatAgo, formatAmount, formatBusinessDate, formatMoment, formatMoney } from "../../format";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Close } from "../drawer/Close";
import { Count } from "../drawer/Count";
import drawerStyles from "../drawer/Drawer.module.css";
import { OverShort } from "../drawer/OverShort";
import { Why } from "../drawer/Why";
import styles from "./Cash.module.css";
import { drawerName } from "./places";

type Props = {
  drawer: DrawerState;
  nowMs: number;
  /** To the screen of this till's own drawer. */
  onOwn: () => void;
  /** Counts or closes the drawer of another till on the whole screen. */
  onCount: () => void;
  onClose: () => void;
};

/** One drawer, from its float to its signature, and what is to be done with it now. */
export function DrawerDetail({ drawer, nowMs, onOwn, onCount, onClose }: Props) {
  const may = useMay("reconcile");
  // The detail stays while one act comes after the other: each has an id of its own, and another one the next time.
  const [signId, setSignId] = useState(newId);
  const signing = useAct("sign_close", () => setSignId(newId()));
  const sign = () => {
    if (!signing.isPending) signing.mutate({ entryId: signId, cashSessionId: drawer.cashSessionId });
  };
  // Of several closes one has to be picked first.
  const [pick, setPick] = useState(drawer.closes.at(-1)?.closeId ?? null);
  const isToPick = drawer.closes.length > 0 && !drawer.closes.some(({ isPicked }) => isPicked);
  const [pickId, setPickId] = useState(newId);
  const picking = useAct("pick_close", () => setPickId(newId()));
  const pickIt = () => {
    if (!picking.isPending && pick !== null) picking.mutate({ entryId: pickId, cashSessionId: drawer.cashSessionId, closeId: pick });
  };
  const isOpen = drawer.closedAtMs === null;
  // What was put away is counted from here, as a drawer of another till.
  const { till } = useDuty();
  const isWorkedAt = drawer.atTillNos.includes(till.tillNo);
  const next = isToPick
    ? { label: t("cash.pick"), run: pickIt, disabled: !may || pick === null }
    : !isOpen
      ? { label: t("cash.sign"), run: sign, disabled: !may || drawer.signedBy !== null }
      : isWorkedAt
        ? { label: t("cash.toDrawer"), run: onOwn, disabled: false }
        : drawer.count === null
          ? { label: t("cash.countIt"), run: onCount, disabled: !may }
          : { label: t("cash.closeIt"), run: onClose, disabled: !may };
  useKeys([
    { id: "desk.next", key: "F12", label: next.label, run: next.run, main: true, disabled: next.disabled },
    { id: "desk.recount", key: "F6", label: t("drawer.close.recount"), run: onCount, disabled: !may || !isOpen || isWorkedAt || drawer.count === null || drawer.count.needsSecondPerson },
  ]);
  const name = drawerName(drawer);
  return (
    <div className={layout.page} data-testid="drawer-detail">
      <header>
        <h1 className={layout.title}>{name}</h1>
        <span className={layout.muted}>
          {lookUp(`drawerState.${drawer.state}`) ?? drawer.state} · {formatBusinessDate(drawer.businessDate)}
        </span>
      </header>
      {drawer.isOfEarlierDay && (
        <Notice tone="amber" testid="drawer-forgotten">
          {t("cash.forgottenLead", { ago: formatAgo(drawer.openedAtMs, nowMs) })}
        </Notice>
      )}
      {!drawer.isUpToNow && isOpen && (
        <Notice tone="amber" testid="drawer-behind">
          {drawer.lastHeardMs === null ? t("cash.neverHeard") : t("cash.lastHeard", { ago: formatAgo(drawer.lastHeardMs, nowMs) })}
        </Notice>
      )}
      {drawer.lateMinor !== null && (
        <Notice tone="red" testid="drawer-late">
          {t("cash.lateLead", { amount: formatMoney(drawer.lateMinor), before: formatMoney(drawer.expectedCashMinor ?? 0), now: formatMoney(drawer.expectedNowMinor ?? 0) })}
        </Notice>
      )}
      {drawer.closes.length > 0 && <Closes drawer={drawer} chosen={pick} onChoose={setPick} onEnter={next.run} />}
      {drawer.rows.length > 0 ? (
        <table className={`${layout.table} ${drawerStyles.results}`} data-testid="drawer-results">
          <thead>
            <tr>
              <th>{t("drawer.close.tender")}</th>
              <th className={layout.number}>{t("drawer.close.expected")}</th>
              <th className={layout.number}>{t("drawer.close.counted")}</th>
              <th className={layout.number}>{t("drawer.close.overShort")}</th>
            </tr>
          </thead>
          <tbody>
            {drawer.rows.map((row) => (
              <tr key={row.kind}>
                <td>{lookUp(`tender.${row.kind}`) ?? row.kind}</td>
                <td className={layout.number}>{formatAmount(row.expectedMinor)}</td>
                <td className={layout.number}>{formatAmount(row.countedMinor)}</td>
                <td className={layout.number}>
                  <OverShort minor={row.overShortMinor} testid={`desk-over-short-${row.kind}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Notice tone="plain">{drawer.expectedCashMinor === null ? t("cash.blind") : t("cash.expected", { amount: formatMoney(drawer.expectedCashMinor) })}</Notice>
      )}
      <div className={styles.why}>
        <Why cashSessionId={drawer.cashSessionId} overShortMinor={drawer.rows.find(({ kind }) => kind === "cash")?.overShortMinor ?? 0} />
      </div>
      <Facts
        testid="drawer-timeline"
        facts={[
          ...(drawer.atTillNos.length === 0 ? [] : [[t("cash.at"), t("drawers.tillNos", { nos: drawer.atTillNos.join(", ") })] as const]),
          [t("cash.opened"), `${formatMoment(drawer.openedAtMs)} · ${drawer.openedBy} · ${formatMoney(drawer.openingFloatMinor)}`],
          ...(drawer.openingOverShortMinor === null || drawer.openingOverShortMinor === 0 ? [] : [[t("cash.openingOverShort"), <OverShort minor={drawer.openingOverShortMinor} testid="opening-over-short" />] as const]),
          ...(drawer.countedAtMs === null ? [] : [[t("cash.counted"), `${formatMoment(drawer.countedAtMs)} · ${drawer.countedBy ?? ""} · ${t("cash.countNo", { no: drawer.countNo })}`] as const]),
          ...(drawer.closedAtMs === null ? [] : [[t("cash.closed"), `${formatMoment(drawer.closedAtMs)} · ${drawer.closedBy ?? ""}${drawer.isClosedElsewhere ? ` · ${t("cash.elsewhere")}` : ""}`] as const]),
          ...(drawer.reason === null ? [] : [[t("closes.reason"), `${lookUp(`reason.close.${drawer.reason}`) ?? drawer.reason}${drawer.note === null ? "" : ` · ${drawer.note}`}`] as const]),
          ...(drawer.zNo === null ? [] : [["Z", drawer.zNo] as const]),
          ...(drawer.signedAtMs === null ? [] : [[t("cash.signed"), `${formatMoment(drawer.signedAtMs)} · ${drawer.signedBy ?? ""}`] as const]),
        ]}
      />
      <Refusal error={signing.error ?? picking.error} />
      <div className={styles.acts}>
        <Button size="lg" h={56} onClick={next.run} disabled={next.disabled} loading={signing.isPending || picking.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="desk-next">
          {next.label}
        </Button>
      </div>
    </div>
  );
}

/** The closes that tills made apart, to say which one counts. */
function Closes({ drawer, chosen, onChoose, onEnter }: { drawer: DrawerState; chosen: string | null; onChoose: (closeId: string) => void; onEnter: () => void }) {
  const picked = drawer.closes.find(({ isPicked }) => isPicked);
  if (picked !== undefined) {
    return (
      <Notice tone="plain" testid="drawer-close-picked">
        {t("cash.pickedLead", { person: picked.person })}
      </Notice>
    );
  }
  const words = (close: CloseMade) =>
    t("cash.closeOf", {
      person: close.person,
      no: close.tillNo ?? "?",
      at: formatMoment(close.atMs),
      counted: formatMoney(close.countedMinor),
      overShort: formatMoney(close.overShortMinor),
    });
  return (
    <>
      <Notice tone="red" testid="drawer-closed-twice">
        {t("cash.pickLead")}
      </Notice>
      <Choices
        label={t("cash.closes")}
        choices={drawer.closes.map((close) => ({ value: close.closeId, label: words(close) }))}
        chosen={chosen}
        onChoose={onChoose}
        onEnter={onEnter}
        testid="pick-close"
      />
    </>
  );
}

/** Counts the drawer of another till, and closes it. */
export function OtherDrawer({ drawer, step, onCounted, onRecount, onDone }: { drawer: DrawerState; step: "count" | "close"; onCounted: () => void; onRecount: () => void; onDone: () => void }) {
  if (step === "close" && drawer.count !== null) {
    return <Close cashSessionId={drawer.cashSessionId} elsewhere={drawerName(drawer)} movements={null} count={drawer.count} onRecount={onRecount} onBack={onDone} onClosed={onDone} />;
  }
  const isOutdated = drawer.countNo > 0 && drawer.count === null;
  return <Count elsewhere={drawerName(drawer)} session={{ cashSessionId: drawer.cashSessionId, countNo: drawer.countNo, outdatedCountMs: isOutdated ? drawer.countedAtMs : null }} onCounted={onCounted} onBack={onDone} />;
}
