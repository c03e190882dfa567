import { useState } from "react";
import type { DrawerRow } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoment, formatTime, isSameDay } from "../../format";
import { useMay } from "../../frame/screens";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { Failed, Loading } from "../../parts/states";
import { drawerAt, drawerName, placeKey } from "../cash/places";
import styles from "./Drawer.module.css";

/** Height of a row in px. */
const ROW = 56;

type Props = {
  /** This till works with an open drawer. */
  isOpen: boolean;
  /** A closed drawer is the one to open here. */
  onChoose: (drawer: DrawerRow) => void;
  /** A part of an open drawer is counted here. */
  onAlong: (drawer: DrawerRow) => void;
  onClose: () => void;
};

/** Every drawer of the branch: put this one away, work with another one. */
export function Drawers({ isOpen, onChoose, onAlong, onClose }: Props) {
  const may = useMay("drawer");
  const drawers = useAsk("drawers", {});
  // One id for each act, as long as the question stands.
  const [ids] = useState(() => ({ take: newId(), leave: newId() }));
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const taking = useAct("take_drawer", onClose);
  const leaving = useAct("leave_drawer", onClose);
  const rows = drawers.data ?? [];
  const usual = rows.findIndex(({ isHere }) => isHere);
  const found = rows.findIndex((row) => keyOf(row) === chosenKey);
  const at = Math.max(0, found === -1 ? usual : found);
  const chosen = rows[at];
  const isBusy = taking.isPending || leaving.isPending;

  const leave = (isToCount: boolean) => () => {
    if (!isBusy) leaving.mutate({ entryId: ids.leave, isToCount });
  };
  const take = () => {
    if (chosen === undefined || isBusy) return;
    if (chosen.cashSessionId === null) onChoose(chosen);
    else taking.mutate({ entryId: ids.take, cashSessionId: chosen.cashSessionId });
  };
  const go = (by: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) setChosenKey(keyOf(next));
  };
  const ways = isOpen
    ? [
        { id: "drawers.later", key: "F7", label: t("drawers.countLater"), run: leave(true), disabled: !may },
        { id: "drawers.away", key: "F6", label: t("drawers.putAway"), run: leave(false), main: true, disabled: !may },
      ]
    : [
        {
          id: "drawers.take",
          key: "Enter",
          label: t(chosen?.cashSessionId === null ? "drawers.choose" : "drawers.take"),
          run: take,
          main: true,
          disabled: !may || chosen === undefined || chosen.state === "to_count",
        },
      ];
  const along = {
    id: "drawers.along",
    key: "F8",
    label: t("drawers.countAlong"),
    run: () => {
      if (chosen !== undefined) onAlong(chosen);
    },
    disabled: !may || chosen === undefined || chosen.cashSessionId === null || (isOpen && chosen.isHere),
  };
  const arrows = [
    { id: "drawers.up", key: "ArrowUp", label: t("act.up"), run: () => go(-1), quiet: true },
    { id: "drawers.down", key: "ArrowDown", label: t("act.down"), run: () => go(1), quiet: true },
  ];
  return (
    <Dialog title={t("drawers.title")} onClose={onClose} acts={[along, ...ways, ...arrows]} width={920} testid="drawers">
      <p className={layout.lead}>{t("drawers.lead")}</p>
      {drawers.data === undefined ? (
        drawers.isError ? <Failed error={drawers.error} again={() => void drawers.refetch()} /> : <Loading rows={3} />
      ) : (
        <div className={styles.drawers} style={{ height: 2 + ROW * Math.min(rows.length, 5) }}>
          <Rows
            rows={rows}
            rowKey={keyOf}
            height={ROW}
            at={at}
            onAt={(next) => setChosenKey(rows[next] === undefined ? null : keyOf(rows[next]))}
            label={t("drawers.title")}
            testid="drawer-row"
            keys={false}
            draw={(row) => <Row row={row} />}
          />
        </div>
      )}
      {isOpen ? (
        <p className={layout.muted}>
          <b>{t("drawers.putAway")}</b>: {t("drawers.putAwayHint")}
          <br />
          <b>{t("drawers.countLater")}</b>: {t("drawers.countLaterHint")}
          <br />
          <b>{t("drawers.countAlong")}</b>: {t("drawers.countAlongHint")}
        </p>
      ) : (
        chosen?.state === "to_count" && <Notice tone="plain">{t("drawers.atDesk")}</Notice>
      )}
      <Refusal error={taking.error ?? leaving.error} />
    </Dialog>
  );
}

const keyOf = ({ name }: DrawerRow): string => placeKey(drawerAt(name));

function Row({ row }: { row: DrawerRow }) {
  const since = row.openedAtMs === null ? "" : isSameDay(row.openedAtMs, Date.now()) ? formatTime(row.openedAtMs) : formatMoment(row.openedAtMs);
  return (
    <span className={styles.drawerRow} data-state={row.state}>
      <b>{drawerName(row.name)}</b>
      <span>
        {named("drawers.state", row.state)}
        {row.isHere && ` · ${t("drawers.here")}`}
        {!row.isHere && row.tillNos.length > 0 && ` · ${t("drawers.tillNos", { nos: row.tillNos.join(", ") })}`}
      </span>
      <small>{row.person === null ? "" : t("drawers.since", { person: row.person, since })}</small>
    </span>
  );
}
