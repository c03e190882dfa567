import { IconAlertTriangle, IconClockPause, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { BackendError } from "../backend";
import { wording } from "../messages/wording";
import styles from "./parts.module.css";

export type Tone = "red" | "amber" | "plain";

const ICONS = { red: IconAlertTriangle, amber: IconClockPause, plain: IconInfoCircle };

/** A sentence where the eye is: red costs money or breaks a rule, amber waits; each with its sign. */
export function Notice({ tone, testid = "notice", children }: { tone: Tone; testid?: string; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div className={styles.notice} data-tone={tone} role={tone === "red" ? "alert" : "status"} data-testid={testid}>
      <Icon size={20} stroke={1.75} aria-hidden />
      <div>{children}</div>
    </div>
  );
}

/** A refusal in the words of the counter; nothing where there is none. */
export function Refusal({ error }: { error: BackendError | null }) {
  if (error === null) return null;
  return (
    <Notice tone="red" testid="refusal">
      {wording(error)}
    </Notice>
  );
}
