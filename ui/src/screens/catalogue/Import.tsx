import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ImportReport, JobView, ProductChange } from "../../backend";
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
  const [view, setView] = useState<"rejected" | "changes">(report.rejectedCount > 0 ? "rejected" : "changes");
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
  const rows = view === "rejected" ? report.rejected : report.changes;
  const more = (view === "rejected" ? report.rejectedCount : report.changesCount) - rows.length;
  const show = (next: "rejected" | "changes") => {
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
        <button type="button" role="tab" aria-selected={view === "changes"} onClick={() => show("changes")} data-testid="import-changes">
          {t("import.allChanges", { all: formatCount(report.changesCount) })}
        </button>
        {more > 0 && (
          <span className={layout.muted} data-testid="import-more">
            {t("import.more", { first: formatCount(rows.length), more: formatCount(more) })}
          </span>
        )}
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
      ) : report.changes.length === 0 ? (
        <p className={layout.muted}>{t(report.added > 0 ? "import.firstTime" : "import.noChanges")}</p>
      ) : (
        <Rows
          rows={report.changes}
          rowKey={(row) => row.productId}
          height={48}
          at={at}
          onAt={setAt}
          label={t("import.changes")}
          testid="change-row"
          draw={(row) => <Change row={row} />}
        />
      )}
    </div>
  );
}

/** A product of which the source now says something else, with the price before and after where that is it. */
function Change({ row }: { row: ProductChange }) {
  const price = (minor: number | null) => (minor === null ? t("product.noPrice") : formatMoney(minor));
  const isPrice = row.kind !== "added" && row.beforeMinor !== row.afterMinor;
  return (
    <span className={styles.change}>
      <span>{named("change", row.kind)}</span>
      <span className={styles.oneLine}>{row.name}</span>
      <span className={layout.muted}>{row.code}</span>
      <span className={layout.number}>{isPrice && price(row.beforeMinor)}</span>
      <span className={layout.muted} aria-hidden>
        {isPrice && "→"}
      </span>
      <b className={layout.number}>{price(row.afterMinor)}</b>
    </span>
  );
}
