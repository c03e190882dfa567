import { IconChecklist, IconClockPause, IconLock, IconLockOpen2 } from "@tabler/icons-react";
import type { BranchNow, DrawerNow } from "../../backend";
import { formatLasting, formatMoney } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { drawerAt, drawerName, placeKey } from "../cash/places";
import styles from "./Branch.module.css";
import { heard, timeOf } from "./completeness";

const ICONS: Record<string, typeof IconLock> = { open: IconLockOpen2, counted: IconChecklist, closed: IconLock, put_away: IconClockPause, to_count: IconClockPause };

/** Every drawer of the branch as a small card of one size. */
export function Drawers({ now }: { now: BranchNow }) {
  return (
    <section>
      <h2>{t("branch.drawers")}</h2>
      <ul className={styles.drawers}>
        {now.drawers.map((drawer) => (
          <Card key={placeKey(drawerAt(drawer.name))} drawer={drawer} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Card({ drawer, now }: { drawer: DrawerNow; now: BranchNow }) {
  const Icon = ICONS[drawer.state] ?? IconLock;
  const till = now.tills.find(({ tillNo }) => tillNo === drawer.name.tillNo);
  const since = sinceOf(drawer, now.nowMs);
  return (
    <li className={styles.drawer} data-state={drawer.state} data-testid="drawer-card">
      <span className={styles.drawerHead}>
        <b>{drawer.name.tillNo === null ? drawerName(drawer.name) : t("frame.till", { no: drawer.name.tillNo })}</b>
        <span>
          <Icon size={16} stroke={1.75} aria-hidden />
          {named("branch.drawer", drawer.state)}
          {drawer.openedAtMs !== null && drawer.countedAtMs === null && ` ${formatLasting(drawer.openedAtMs, now.nowMs)}`}
        </span>
      </span>
      <span className={styles.drawerWho} data-late={drawer.isOfEarlierDay} title={since}>
        {since}
      </span>
      <span className={styles.drawerAmount}>
        <Amount drawer={drawer} />
      </span>
      <small className={styles.drawerHeard}>{till === undefined ? "" : heard(till, now.nowMs)}</small>
    </li>
  );
}

function sinceOf(drawer: DrawerNow, nowMs: number): string {
  const person = drawer.openedBy ?? "";
  if (drawer.openedAtMs === null) {
    return drawer.closedAtMs === null ? t("branch.notInUse") : t("branch.closedAt", { time: timeOf(drawer.closedAtMs, nowMs) });
  }
  return drawer.countedAtMs === null
    ? t("branch.openSince", { person, since: timeOf(drawer.openedAtMs, nowMs) })
    : t("branch.countedAt", { person, time: timeOf(drawer.countedAtMs, nowMs) });
}

/** What is in it: expected in an open one once that may be seen, left in a closed one. */
function Amount({ drawer }: { drawer: DrawerNow }) {
  const minor = drawer.leftMinor ?? drawer.expectedCashMinor;
  if (minor === null) return <small>{t("branch.afterCount")}</small>;
  return (
    <>
      <b>{formatMoney(minor)}</b> <small>{t(drawer.leftMinor === null ? "branch.expected" : "branch.left")}</small>
    </>
  );
}
