import { Button } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconBuildingBank, IconCoins, IconLockOpen2 } from "@tabler/icons-react";
import { useState } from "react";
import type { DrawerView } from "../../backend";
import { formatBusinessDate, formatMoment, formatMoney, formatTime, isSameDay } from "../../format";
import { useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { NumberPad } from "../../parts/NumberPad";
import { Notice } from "../../parts/Notice";
import styles from "./Drawer.module.css";
import { Movement } from "./Movement";
import { MovementList } from "./MovementList";
import { KINDS, MOVEMENTS, type MovementKind } from "./movements";

const ICONS: Record<MovementKind, typeof IconCoins> = {
  paid_out: IconArrowUpRight,
  paid_in: IconArrowDownLeft,
  safe_drop: IconBuildingBank,
  float_top_up: IconCoins,
  no_sale: IconLockOpen2,
};

/** What the button that begins a movement says. */
export function movementAct(kind: MovementKind): string {
  return kind === "no_sale" ? t("movement.do.no_sale") : (lookUp(`movement.${kind}`) ?? kind);
}

type Props = { drawer: DrawerView; onCount: () => void; onClose: () => void };

/** The open drawer: what moved, and what can be done. */
export function Session({ drawer, onCount, onClose }: Props) {
  const place = usePlace();
  const may = { move: useMay("move_cash"), count: useMay("drawer") };
  const [kind, setKind] = useState<MovementKind | null>(null);
  const goOn = drawer.count === null ? { label: t("drawer.session.count"), run: onCount } : { label: t("drawer.session.toClose"), run: onClose };
  useKeys([
    ...KINDS.map((each) => ({
      id: `drawer.${each}`,
      key: MOVEMENTS[each].key,
      label: movementAct(each),
      run: () => setKind(each),
      disabled: !may.move,
    })),
    { id: "drawer.count", key: "F12", ...goOn, main: true, disabled: !may.count || kind !== null },
    { id: "drawer.back", key: "Escape", label: t("act.back"), run: () => place.go("sell"), disabled: kind !== null },
  ]);
  const openedAtMs = drawer.openedAtMs ?? 0;
  const since = isSameDay(openedAtMs, Date.now()) ? formatTime(openedAtMs) : formatMoment(openedAtMs);

  return (
    <div className={styles.split} data-testid="drawer-session">
      <div className={styles.main}>
        <h1 className={layout.title}>{t("drawer.session.title", { since })}</h1>
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
        <p className={layout.lead}>{t("drawer.session.moved")}</p>
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
                [t("drawer.session.date"), formatBusinessDate(drawer.businessDate ?? "", "short")],
                [t("drawer.session.by"), drawer.openedBy],
                [t("drawer.session.float"), formatMoney(drawer.openingFloatMinor ?? 0)],
              ]}
            />
            <div className={styles.acts}>
              {may.move &&
                KINDS.map((each) => {
                  const Icon = ICONS[each];
                  return (
                    <button key={each} type="button" className={styles.act} onClick={() => setKind(each)} data-testid={`move-${each}`}>
                      <Icon size={20} stroke={1.75} aria-hidden />
                      <span>{movementAct(each)}</span>
                      <Kbd>{MOVEMENTS[each].key}</Kbd>
                    </button>
                  );
                })}
            </div>
            <span className={styles.grow} />
            {!may.count && <Notice tone="plain">{t("may.counter")}</Notice>}
            <Button size="lg" h={56} onClick={goOn.run} disabled={!may.count} rightSection={<Kbd>F12</Kbd>} data-testid="count-drawer">
              {goOn.label}
            </Button>
          </>
        ) : (
          // Another kind begins with empty fields.
          <Movement key={kind} kind={kind} onDone={() => setKind(null)} />
        )}
      </aside>
    </div>
  );
}
