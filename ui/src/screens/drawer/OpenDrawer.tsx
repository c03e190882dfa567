import { Button, Checkbox } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useState } from "react";
import type { DrawerRow, DrawerView, ReportView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoney, parseAmount } from "../../format";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { NumberPad } from "../../parts/NumberPad";
import { Notice, Refusal } from "../../parts/Notice";

import { drawerAt, drawerName, placeKey, placeName } from "../cash/places";
import type { Typed } from "./counting";
import { Denominations, useCounted } from "./Denominations";
import { Drawers } from "./Drawers";
import { useDraft } from "./draft";
import styles from "./Drawer.module.css";

type Props = {
  drawer: DrawerView;
  onBranch: () => void;
  /** To counting a part of another drawer. */
  onAlong: (drawer: DrawerRow) => void;
  onZ: (z: ReportView) => void;
};

/** The float is counted, and the drawer opened for the day. */
export function OpenDrawer({ drawer, onBranch, onAlong, onZ }: Props) {
  const { till } = useDuty();
  const place = usePlace();
  const may = useMay("drawer");
  const [typed, setTyped, dropTyped] = useDraft<Typed>("float", {});
  const [asked, setAsked] = useState(false);
  const [chosen, setChosen] = useState<DrawerRow | null>(null);
  const [isChoosing, setChoosing] = useState(false);
  const [zId] = useState(newId);
  const closing = useAct("close_till", onZ);
  // One id for as long as the screen stands: asked twice, it is one session.
  const [cashSessionId] = useState(newId);
  const counted = useCounted(till, typed);
  const toOpen = chosen?.name ?? drawer.drawer;
  const rows = useAsk("drawers", {}).data ?? [];
  const openAlready = rows.find(({ name, cashSessionId }) => cashSessionId !== null && placeKey(drawerAt(name)) === placeKey(drawerAt(toOpen)));
  const [fromSafe, setFromSafe] = useState("");
  // What was sent to this drawer lies in it, unless the person says otherwise.
  const [left, setLeft] = useState<readonly string[]>([]);
  const sent = drawer.transfers.filter(({ transferId }) => !left.includes(transferId));
  const fromSafeMinor = fromSafe.trim() === "" ? null : parseAmount(fromSafe);
  const isBadAmount = fromSafe.trim() !== "" && fromSafeMinor === null;
  const opening = useAct("open_session", () => {
    dropTyped();
    place.go("sell");
  });
  const leftMinor = chosen === null ? drawer.leftInDrawerMinor : chosen.leftMinor;
  const isEmpty = counted.denominations.every(({ count }) => count === 0);

  const canOpen = may && openAlready === undefined;
  const open = () => {
    if (!canOpen || counted.unreadable !== null || isBadAmount || opening.isPending) return;
    if (isEmpty && !asked) setAsked(true);
    else opening.mutate({ cashSessionId, denominations: counted.denominations, fromSafeMinor, transferIds: sent.map(({ transferId }) => transferId), drawer: chosen?.name ?? null });
  };
  const makeZ = () => {
    if (!closing.isPending) closing.mutate({ entryId: zId });
  };
  useKeys([
    { id: "drawer.open", key: "F12", label: t("drawer.open.do"), run: open, main: true, disabled: !canOpen },
    { id: "drawer.another", key: "F5", label: t("drawer.another"), run: () => setChoosing(true), disabled: !may },
    { id: "drawer.branch", key: "F10", label: t("cash.title"), run: onBranch },
    ...(drawer.isZDue ? [{ id: "drawer.z", key: "F7", label: t("drawer.makeZ"), run: makeZ, disabled: !may }] : []),
    { id: "drawer.back", key: "Escape", label: t("act.back"), run: () => place.go("sell") },
  ]);

  return (
    <div className={styles.split} data-testid="open-drawer">
      <div className={styles.main}>
        <h1 className={layout.title}>{t("drawer.open.title")}</h1>
        {openAlready === undefined && <p className={layout.lead}>{t("drawer.open.lead")}</p>}
        {isChoosing && (
          <Drawers
            isOpen={false}
            onChoose={(row) => {
              setChosen(row);
              setChoosing(false);
            }}
            onAlong={onAlong}
            onClose={() => setChoosing(false)}
          />
        )}
        {openAlready !== undefined && (
          <Notice tone="amber" testid="open-already">
            {openAlready.state === "to_count" ? t("drawer.open.toCount", { drawer: drawerName(toOpen) }) : t("drawer.open.already", { drawer: drawerName(toOpen), person: openAlready.person ?? "" })} <Kbd>{openAlready.state === "to_count" ? "F10" : "F5"}</Kbd>
          </Notice>
        )}
        {drawer.isZDue && (
          <Notice tone="amber" testid="z-due">
            {t("drawer.zDue")}{" "}
            <button type="button" className={layout.link} onClick={makeZ} disabled={!may}>
              {t("drawer.makeZ")}
            </button>{" "}
            <Kbd>F7</Kbd>
          </Notice>
        )}
        {openAlready === undefined && (
          <Denominations
            till={till}
            typed={typed}
            onTyped={(next) => {
              setTyped(next);
              setAsked(false);
            }}
            counted={counted}
            onEnd={open}
          />
        )}
      </div>
      <aside className={styles.side}>
        <div>
          <span className={layout.figureLabel}>{t("drawer.open.counted")}</span>
          <output className={layout.figure} data-testid="count-sum">
            {formatMoney(counted.totalMinor)}
          </output>
        </div>
        <button type="button" className={styles.act} onClick={() => setChoosing(true)} disabled={!may} data-testid="to-drawers">
          <IconArrowsExchange size={20} stroke={1.75} aria-hidden />
          <span data-testid="drawer-to-open">{drawerName(toOpen)}</span>
          <Kbd>F5</Kbd>
        </button>
        <Facts
          values="right"
          facts={[
            ...(leftMinor === null ? [] : [[t("drawer.open.left"), <span data-testid="left-in-drawer">{formatMoney(leftMinor)}</span>] as const]),
            [t("drawer.open.proposed"), formatMoney(drawer.proposedFloatMinor)],
          ]}
        />
        {!isEmpty && leftMinor !== null && leftMinor > 0 && drawer.transfers.length === 0 && fromSafe === "" && (
          <Notice tone={counted.totalMinor === leftMinor ? "plain" : "amber"} testid="float-hint">
            {t(counted.totalMinor === leftMinor ? "drawer.open.matches" : "drawer.open.differs")}
          </Notice>
        )}
        {drawer.transfers.map((transfer) => (
          <Checkbox
            key={transfer.transferId}
            label={t("drawer.open.sent", { amount: formatMoney(transfer.amountMinor), place: placeName(transfer.from), person: transfer.person })}
            checked={!left.includes(transfer.transferId)}
            onChange={(event) => setLeft(event.currentTarget.checked ? left.filter((id) => id !== transfer.transferId) : [...left, transfer.transferId])}
            data-testid="open-sent"
          />
        ))}
        {openAlready === undefined && <AmountField label={t("drawer.open.fromSafe")} description={t("drawer.open.fromSafeHint")} text={fromSafe} onText={setFromSafe} onEnter={open} testid="open-from-safe" />}
        <NumberPad marks={["*", "+"]} />
        <span className={styles.grow} />
        <div className={styles.goOn}>
          <CountTrouble unreadable={counted.unreadable} />
          {asked && isEmpty && (
            <Notice tone="amber" testid="count-empty">
              {t("drawer.open.empty", { key: "F12" })}
            </Notice>
          )}
          <Refusal error={opening.error ?? closing.error} />
          {!may && <Notice tone="plain">{t("may.counter")}</Notice>}
          <Button size="lg" h={56} onClick={open} disabled={!canOpen} loading={opening.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="open-session">
            {t("drawer.open.do")}
          </Button>
        </div>
      </aside>
    </div>
  );
}

/** Says which count cannot be read. */
export function CountTrouble({ unreadable }: { unreadable: number | null }) {
  if (unreadable === null) return null;
  return (
    <Notice tone="red" testid="count-unreadable">
      {t("drawer.unreadable", { value: formatMoney(unreadable) })}
    </Notice>
  );
}
