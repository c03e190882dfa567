import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ImportReport, JobView } from "../../backend";
import { useAct, useAsk } from "../../backend/queries";
import { formatBusinessDate, formatCount, formatMoney } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Job, useJob } from "../../parts/Job";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { Failed, Loading } from "../../parts/states";
import styles from "./Catalogue.module.css";

// The last import stays in sight when one comes back from another screen.
let last: { path: string; job: JobView | null } = { path: "", job: null };

/** Reads a new release of the catalogue: tried first, then written, with what it did not take. */
export function Import() {
  const { status } = useDuty();
  const [path, setPath] = useState(last.path);
  const [started, setStarted] = useState<JobView | null>(
    last.job ?? status.jobs.find(({ kind }) => kind === "import") ?? null,
  );
  const job = useJob(started);
  const importing = useAct("import_catalogue", (reply) => {
    last = { path, job: reply };
    setStarted(reply);
  });
  const isRunning = job?.state === "running";
  const isReady = path.trim() !== "" && !isRunning && !importing.isPending;
  const run = (dryRun: boolean) => {
    if (isReady) importing.mutate({ path: path.trim(), dryRun });
  };
  useKeys([
    { id: "import.try", key: "F6", label: t("import.try"), run: () => run(true), disabled: !isReady },
    { id: "import.do", key: "F12", label: t("import.do"), run: () => run(false), main: true, disabled: !isReady },
  ]);
  return (
    <div className={styles.import} data-testid="import">
      <div className={styles.importHead}>
        <TextInput
          autoFocus
          className={layout.search}
          label={t("setup.cataloguePath")}
          description={t("setup.cataloguePathHint")}
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") run(true);
          }}
          autoComplete="off"
          spellCheck={false}
          data-testid="import-path"
        />
        <Button variant="default" disabled={!isReady} onClick={() => run(true)} rightSection={<Kbd>F6</Kbd>} data-testid="import-try">
          {t("import.try")}
        </Button>
        <Button disabled={!isReady} onClick={() => run(false)} rightSection={<Kbd>F12</Kbd>} data-testid="import-do">
          {t("import.do")}
        </Button>
      </div>
      <Refusal error={importing.error} />
      {job === null ? (
        <p className={layout.muted}>{t("import.lead")}</p>
      ) : (
        <>
          <Job job={job} />
          {!isRunning && job.state !== "failed" && <Report jobNo={job.jobNo} />}
        </>
      )}
    </div>
  );
}

function Report({ jobNo }: { jobNo: number }) {
  const report = useAsk("import_report", { jobNo });
  if (report.data === undefined) {
    return report.isError ? <Failed error={report.error} again={() => void report.refetch()} /> : <Loading rows={4} />;
  }
  return <Shown report={report.data} />;
}

function Shown({ report }: { report: ImportReport }) {
  const [view, setView] = useState<"rejected" | "prices">(report.rejectedCount > 0 ? "rejected" : "prices");
  const [at, setAt] = useState(0);
  const figures: [string, number][] = [
    [t("import.rows"), report.rows],
    [t("import.added"), report.added],
    [t("import.changed"), report.changed],
    [t("import.unchanged"), report.unchanged],
    [t("import.missing"), report.missing],
    [t("import.received"), report.receivedPacks],
    [t("import.rejected"), report.rejectedCount],
  ];
  const show = (next: "rejected" | "prices") => {
    setView(next);
    setAt(0);
  };
  return (
    <div className={styles.report} data-testid="import-report">
      <p className={layout.muted}>
        {named("source", report.source)} · {formatBusinessDate(report.releasedOn, "short")}
      </p>
      {report.dryRun && <Notice tone="amber" testid="import-dry">{t("import.wasTried")}</Notice>}
      <dl className={layout.figures}>
        {figures.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.choice} role="tablist">
        <button type="button" role="tab" aria-selected={view === "rejected"} onClick={() => show("rejected")} data-testid="import-rejected">
          {t("import.rejectedRows", { all: formatCount(report.rejectedCount) })}
        </button>
        <button type="button" role="tab" aria-selected={view === "prices"} onClick={() => show("prices")} data-testid="import-prices">
          {t("import.priceChanges", { all: formatCount(report.priceChanges.length) })}
        </button>
      </div>
      {view === "rejected" ? (
        report.rejected.length === 0 ? (
          <p className={layout.muted}>{t("import.noneRejected")}</p>
        ) : (
          <Rows
            rows={report.rejected}
            rowKey={(row) => `${row.file} ${row.line} ${row.reason}`}
            height={64}
            at={at}
            onAt={setAt}
            label={t("import.rejected")}
            testid="rejected-row"
            draw={(row) => (
              <span className={styles.rejected}>
                <span className={styles.where}>
                  {t("import.line", { line: formatCount(row.line) })}
                  <small>{row.file}</small>
                </span>
                <span>{named("rejected", row.reason)}</span>
                <code className="selectable">{row.excerpt}</code>
              </span>
            )}
          />
        )
      ) : report.priceChanges.length === 0 ? (
        <p className={layout.muted}>{t("import.noPrices")}</p>
      ) : (
        <Rows
          rows={report.priceChanges}
          rowKey={(row) => row.productId}
          height={48}
          at={at}
          onAt={setAt}
          label={t("import.prices")}
          testid="price-change-row"
          draw={(row) => (
            <span className={styles.priceChange}>
              <span className={styles.oneLine}>{row.name}</span>
              <span className={layout.number}>{row.beforeMinor === null ? t("product.noPrice") : formatMoney(row.beforeMinor)}</span>
              <span className={layout.muted} aria-hidden>
                →
              </span>
              <b className={layout.number}>{row.afterMinor === null ? t("product.noPrice") : formatMoney(row.afterMinor)}</b>
            </span>
          )}
        />
      )}
    </div>
  );
}
