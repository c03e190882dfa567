import { Button, Modal } from "@mantine/core";
import { type ReactNode, useEffect, useId, useState } from "react";
import { type Act, DialogAround, useBadgeScan, useKeys, useScan } from "../keys/keys";
import { keepScan } from "../keys/waiting";
import { t } from "../messages/messages";
import { Kbd } from "./Kbd";
import styles from "./parts.module.css";
import { Waiting } from "./Waiting";

type Props = {
  title: string;
  onClose: () => void;
  /** What can be done here; drawn as buttons in this order and answering to their keys. */
  acts?: readonly Act[];
  width?: number;
  /** The content brings its own keys and no buttons are drawn. */
  bare?: boolean;
  testid?: string;
  children: ReactNode;
};

/** A question over the screen. Escape always goes one step back and loses nothing. */
export function Dialog({ title, onClose, acts = [], width = 480, bare = false, testid, children }: Props) {
  const around = useId();
  useFocusBack();
  // What asks for a code here says so itself; every other scan is a pack for the counter.
  useScan(keepScan);
  // Who acts does not change while something is half asked.
  useBadgeScan(() => undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={width}
      closeOnEscape={false}
      returnFocus={false}
      closeButtonProps={{ "aria-label": t("act.back"), size: 44, tabIndex: -1 }}
      // The head of a question is not the head of the page.
      attributes={{ header: { role: "presentation" } }}
      classNames={{ title: styles.dialogTitle, content: styles.dialog, header: styles.dialogHeader, body: styles.dialogBody }}
    >
      {!bare && <DialogKeys acts={acts} onClose={onClose} of={around} />}
      <div ref={focusFirst} tabIndex={-1} className={styles.dialogContent} data-testid={testid}>
        <DialogAround.Provider value={around}>{children}</DialogAround.Provider>
        <Waiting />
      </div>
      {!bare && (
        <div className={styles.dialogActs}>
          <Button variant="default" onClick={onClose} rightSection={<Kbd>Escape</Kbd>}>
            {t("act.back")}
          </Button>
          <span className={styles.gap} />
          {acts
            .filter((act) => act.quiet !== true)
            .map((act) => (
              <Button
                key={act.id}
                variant={act.main === true ? "filled" : "default"}
                disabled={act.disabled}
                onClick={act.run}
                data-act={act.id}
                rightSection={act.key === undefined ? undefined : <Kbd>{act.key}</Kbd>}
              >
                {act.label}
              </Button>
            ))}
        </div>
      )}
    </Modal>
  );
}

/**
 * At once, so that not even the first key typed goes to the field behind the dialog. Where nothing is
 * to be typed the content itself has the focus, never a button: Enter is the dialog's main act.
 */
function focusFirst(content: HTMLElement | null): void {
  if (content === null) return;
  const marked = content.querySelector<HTMLElement>("[data-autofocus]");
  const first = marked ?? (content.contains(document.activeElement) ? (document.activeElement as HTMLElement) : content);
  // The focus trap comes a moment later and looks for this mark.
  first.dataset.autofocus = "true";
  // What is longer than the window begins at its top.
  first.focus({ preventScroll: first === content });
  if (first instanceof HTMLInputElement && first.type !== "radio") first.select();
}

/** Gives the focus back to the field that had it before, so that typing goes on there. */
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Not where another dialog has taken the place of this one.
      const isNowhere = document.activeElement === null || document.activeElement === document.body;
      if (isNowhere && before instanceof HTMLElement && before.isConnected) before.focus();
    },
    [before],
  );
}

function DialogKeys({ acts, onClose, of }: { acts: readonly Act[]; onClose: () => void; of: string }) {
  useKeys([...acts, { id: "dialog.back", key: "Escape", label: t("act.back"), run: onClose }], "dialog", of);
  return null;
}
