import { Button } from "@mantine/core";
import { IconAlertTriangle, IconLock } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import type { BackendError } from "../backend";
import { t } from "../messages/messages";
import { wording } from "../messages/wording";
import styles from "./parts.module.css";

/** Nothing here yet: what would be here, and the key that begins it. */
export function Empty({ icon, title, testid = "empty", children }: { icon?: ReactNode; title: string; testid?: string; children?: ReactNode }) {
  return (
    <div className={styles.state} data-testid={testid}>
      {icon}
      <h2>{title}</h2>
      {children !== undefined && <div className={styles.stateText}>{children}</div>}
    </div>
  );
}

/** Nothing for 300 ms, then grey rows of the size that the content will have. */
export function Loading({ rows = 6, height = 56 }: { rows?: number; height?: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), 300);
    return () => window.clearTimeout(timer);
  }, []);
  if (!slow) return null;
  return (
    <div aria-busy="true" aria-label={t("state.loading")} data-testid="loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.skeleton} style={{ height }}>
          <span style={{ width: `${40 + ((row * 17) % 30)}%` }} />
          <span style={{ width: 80 }} />
        </div>
      ))}
    </div>
  );
}

/** What happened, what is safe, and what to do. */
export function Failed({ error, again }: { error: BackendError; again?: () => void }) {
  if (error.code === "not_allowed") return <NotAllowed error={error} />;
  return (
    <div className={styles.state} role="alert" data-testid="failed">
      <IconAlertTriangle size={40} stroke={1.5} aria-hidden color="var(--red)" />
      <h2>{wording(error)}</h2>
      <div className={styles.stateText}>{t("state.safe")}</div>
      {again !== undefined && <Button onClick={again}>{t("act.again")}</Button>}
    </div>
  );
}

/** Who may do it, and how to become them. */
export function NotAllowed({ error }: { error: BackendError }) {
  return (
    <div className={styles.state} data-testid="not-allowed">
      <IconLock size={40} stroke={1.5} aria-hidden color="var(--amber)" />
      <h2>{wording(error)}</h2>
      <div className={styles.stateText}>{t("state.notAllowed")}</div>
    </div>
  );
}
