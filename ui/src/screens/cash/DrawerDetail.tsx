import { Button } from "@mantine/core";
import { useState } from "react";
import type { DrawerState } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatAgo, formatAmount, formatBusinessDate, formatMoment, formatMoney } from "../../format";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
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
  const [entryId] = useState(newId);
  const signing = useAct("sign_close");
  const sign = () => {
    if (!signing.isPending) signing.mutate({ entryId, cashSessionId: drawer.cashSessionId });
  };
  const isOpen = drawer.closedAtMs === null;
  const next = !isOpen
    ? { label: t("cash.sign"), run: sign, disabled: !may || drawer.signedBy !== null }
    : drawer.isOwn
      ? { label: t("cash.toDrawer"), run: onOwn, disabled: false }
      : drawer.count === null
        ? { label: t("cash.countIt"), run: onCount, disabled: !may }
        : { label: t("cash.closeIt"), run: onClose, disabled: !may };
  useKeys([
    { id: "desk.next", key: "F12", label: next.label, run: next.run, main: true, disabled: next.disabled },
    { id: "desk.recount", key: "F6", label: t("drawer.close.recount"), run: onCount, disabled: !may || !isOpen || drawer.isOwn || drawer.count === null || drawer.count.needsSecondPerson },
  ]);
  const name = drawer.tillNo === null ? t("place.drawer") : t("place.drawerOf", { no: drawer.tillNo });
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
      {drawer.closeCount > 1 && (
        <Notice tone="red" testid="drawer-closed-twice">
          {t("settle.closed_twice")}
        </Notice>
      )}
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
      <div>
        <Why cashSessionId={drawer.cashSessionId} overShortMinor={drawer.rows.find(({ kind }) => kind === "cash")?.overShortMinor ?? 0} />
      </div>
      <Facts
        testid="drawer-timeline"
        facts={[
          [t("cash.opened"), `${formatMoment(drawer.openedAtMs)} · ${drawer.openedBy} · ${formatMoney(drawer.openingFloatMinor)}`],
          ...(drawer.openingOverShortMinor === null || drawer.openingOverShortMinor === 0 ? [] : [[t("cash.openingOverShort"), <OverShort minor={drawer.openingOverShortMinor} testid="opening-over-short" />] as const]),
          ...(drawer.countedAtMs === null ? [] : [[t("cash.counted"), `${formatMoment(drawer.countedAtMs)} · ${drawer.countedBy ?? ""} · ${t("cash.countNo", { no: drawer.countNo })}`] as const]),
          ...(drawer.closedAtMs === null ? [] : [[t("cash.closed"), `${formatMoment(drawer.closedAtMs)} · ${drawer.closedBy ?? ""}${drawer.isClosedElsewhere ? ` · ${t("cash.elsewhere")}` : ""}`] as const]),
          ...(drawer.reason === null ? [] : [[t("drawer.close.why"), `${lookUp(`reason.close.${drawer.reason}`) ?? drawer.reason}${drawer.note === null ? "" : ` · ${drawer.note}`}`] as const]),
          ...(drawer.zNo === null ? [] : [["Z", drawer.zNo] as const]),
          ...(drawer.signedAtMs === null ? [] : [[t("cash.signed"), `${formatMoment(drawer.signedAtMs)} · ${drawer.signedBy ?? ""}`] as const]),
        ]}
      />
      <Refusal error={signing.error} />
      <div className={styles.acts}>
        <Button size="lg" h={56} onClick={next.run} disabled={next.disabled} loading={signing.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="desk-next">
          {next.label}
        </Button>
      </div>
    </div>
  );
}

/** Counts the drawer of another till, and closes it. */
export function OtherDrawer({ drawer, step, onCounted, onRecount, onDone }: { drawer: DrawerState; step: "count" | "close"; onCounted: () => void; onRecount: () => void; onDone: () => void }) {
  if (step === "close" && drawer.count !== null) {
    return <Close cashSessionId={drawer.cashSessionId} elsewhere movements={[]} count={drawer.count} onRecount={onRecount} onBack={onDone} onClosed={onDone} />;
  }
  const isOutdated = drawer.countNo > 0 && drawer.count === null;
  return <Count elsewhere session={{ cashSessionId: drawer.cashSessionId, countNo: drawer.countNo, outdatedCountMs: isOutdated ? drawer.countedAtMs : null }} onCounted={onCounted} onBack={onDone} />;
}
