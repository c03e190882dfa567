import { Button, VisuallyHidden } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import type { BackendError } from "../../backend";
import { t } from "../../messages/messages";
import { wording } from "../../messages/wording";
import { Empty } from "../../parts/states";
import styles from "./Viewing.module.css";

/** Codes with which a server says that this browser may not look, or not any more. */
const NOT_IN: ReadonlySet<string> = new Set(["viewing_ended", "link_unknown"]);

export const isNotIn = (error: BackendError | null): boolean => error !== null && NOT_IN.has(error.code);

/** Nobody is let in without a link: how to get one. */
export function NotIn({ error, again }: { error: BackendError; again: () => void }) {
  return (
    <main className={styles.notIn}>
      <VisuallyHidden component="h1">PharmaTill</VisuallyHidden>
      <Empty icon={<IconEyeOff size={40} stroke={1.5} aria-hidden />} title={wording(error)} testid="not-in">
        <p>{t("view.howIn")}</p>
        <Button variant="default" onClick={again}>
          {t("act.again")}
        </Button>
      </Empty>
    </main>
  );
}
