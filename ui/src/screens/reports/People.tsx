import { useState } from "react";
import type { ActsView, PeopleReport } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatBusinessDate, formatCount } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Empty, Failed, Loading } from "../../parts/states";
import { RangeHead } from "./RangeHead";
import { lastDays, type Range } from "./range";
import styles from "./People.module.css";

/** What each person did over some days that managers look at. */
export function People() {
  const { status } = useDuty();
  const today = status.businessDate;
  const [range, setRange] = useState<Range>(() => lastDays(today, 1));
  const people = useAsk("people_report", range, { keep: true });
  return (
    <div className={styles.screen} data-testid="people-report">
      <RangeHead range={range} onRange={setRange} quick={[1, 7, 30]} id="people" />
      {people.data === undefined ? (
        people.isError ? <Failed error={people.error} again={() => void people.refetch()} /> : <Loading rows={8} height={40} />
      ) : people.data.people.length === 0 ? (
        <Empty testid="people-empty" title={t(range.from === range.to ? "peopleReport.noneOnDay" : "peopleReport.none", { from: formatBusinessDate(range.from, "short"), to: formatBusinessDate(range.to, "short") })} />
      ) : (
        <ActsTable {...people.data} />
      )}
    </div>
  );
}

/** What has a sum beside its count, and its words. */
const WITH_SUM = [
  ["overrides", "branch.overrides"],
  ["discounts", "reports.discounts"],
  ["voids", "reports.voids"],
  ["refunds", "reports.refunds"],
  ["unlinkedRefunds", "peopleReport.unlinkedRefunds"],
] as const;

/** What is only counted. */
const COUNTED = [
  ["noSales", "reports.noSales"],
  ["practice", "peopleReport.practice"],
  ["asked", "peopleReport.asked"],
  ["allowed", "peopleReport.allowed"],
  ["refused", "peopleReport.refused"],
] as const;

function ActsTable({ people, all }: PeopleReport) {
  return (
    // Has room for a large team; sideways on a narrow screen.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={t("reports.view.people")}>
      <table className={styles.acts}>
        <thead>
          <tr>
            <th scope="col" className={styles.who}>
              {t("peopleReport.person")}
            </th>
            {WITH_SUM.map(([act, words]) => (
              <th key={act} scope="colgroup" colSpan={2} className={styles.begins}>
                {t(words)}
              </th>
            ))}
            {COUNTED.map(([act, words]) => (
              <th key={act} scope="col" className={styles.begins}>
                {t(words)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.staffId} data-testid="people-row">
              <th scope="row" className={styles.who}>
                {person.name === "" ? t("signIn.erased") : person.name}
                <small>{person.role === null ? t("peopleReport.left") : named("role", person.role)}</small>
              </th>
              {WITH_SUM.map(([act]) => (
                <CountAndSum key={act} {...person[act]} />
              ))}
              {COUNTED.map(([act]) => (
                <Count key={act} count={person[act]} />
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr data-testid="people-all">
            <th scope="row" className={styles.who}>
              {t("peopleReport.all")}
            </th>
            {WITH_SUM.map(([act]) => (
              <CountAndSum key={act} {...all[act]} />
            ))}
            {COUNTED.map(([act]) => (
              <Count key={act} count={all[act]} />
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** Nothing is a quiet dash, so that what there is stands out. */
function Count({ count }: { count: number }) {
  return <td className={styles.begins} data-none={count === 0}>{count === 0 ? "–" : formatCount(count)}</td>;
}

function CountAndSum({ count, sumMinor }: ActsView) {
  return (
    <>
      <Count count={count} />
      <td>{sumMinor === 0 ? "" : formatAmount(sumMinor)}</td>
    </>
  );
}
