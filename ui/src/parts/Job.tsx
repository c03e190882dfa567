import { Button, Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { BackendError, type JobView } from "../backend";
import { useAct, useAsk } from "../backend/queries";
import { formatCount } from "../format";
import { useKeys } from "../keys/keys";
import { lookUp, t } from "../messages/messages";
import { named } from "../messages/wording";
import styles from "./Job.module.css";
import { Notice, Refusal } from "./Notice";

/** A job as it stands now, looked at so often. One that the system no longer lists has come to its end. */
export function useJob(started: JobView | null, everyMs = 400): JobView | null {
  const client = useQueryClient();
  const status = useAsk("status", {});
  const listed = status.data?.jobs.find(({ jobNo }) => jobNo === started?.jobNo);
  const now = started === null ? null : (listed ?? (status.isFetchedAfterMount ? { ...started, state: "done" } : started));
  const isRunning = now?.state === "running";
  useEffect(() => {
    if (!isRunning) return;
    // Progress is not a change of the ledger, so it is asked for.
    const timer = window.setInterval(() => void client.invalidateQueries({ queryKey: ["status"] }), everyMs);
    return () => window.clearInterval(timer);
  }, [client, isRunning, everyMs]);
  return now;
}

/** How far work in the background is, with the way to stop it; then how it ended. */
export function Job({ job }: { job: JobView }) {
  const cancelling = useAct("cancel_job");
  const title = named("job", job.kind);
  const isRunning = job.state === "running";
  const stop = () => cancelling.mutate({ jobNo: job.jobNo });
  useKeys(isRunning ? [{ id: `job.cancel.${job.kind}`, label: `${t("job.cancel")}: ${title}`, run: stop }] : []);
  if (isRunning) {
    const isKnown = job.total > 0;
    return (
      <div className={styles.job} data-testid={`job-${job.kind}`} data-state={job.state}>
        <div className={styles.line}>
          <span>{title}</span>
          <span>
            {isKnown
              ? t("job.doneOf", { done: formatCount(job.done), total: formatCount(job.total) })
              : formatCount(job.done)}
          </span>
        </div>
        <Progress
          value={isKnown ? (job.done / job.total) * 100 : 100}
          animated={!isKnown}
          size={8}
          transitionDuration={0}
          aria-label={title}
        />
        <div>
          <Button
            variant="default"
            onClick={stop}
            loading={cancelling.isPending}
            data-testid="job-cancel"
          >
            {t("job.cancel")}
          </Button>
        </div>
        <Refusal error={cancelling.error} />
      </div>
    );
  }
  if (job.state === "failed") {
    return (
      <div data-testid={`job-${job.kind}`} data-state={job.state}>
        <Refusal error={new BackendError(job.failed ?? "internal")} />
      </div>
    );
  }
  return (
    <div data-testid={`job-${job.kind}`} data-state={job.state}>
      <Notice tone={job.state === "cancelled" ? "amber" : "plain"}>
        {job.state === "cancelled" ? t("job.cancelled", { what: title }) : (lookUp(`job.done.${job.kind}`) ?? t("job.done", { what: title }))}
      </Notice>
    </div>
  );
}
