import { useMediaQuery } from "@mantine/hooks";
import { IconBackspace, IconCornerDownLeft } from "@tabler/icons-react";
import { decimalMark } from "../format";
import { t } from "../messages/messages";
import styles from "./NumberPad.module.css";


/** The keys of a numeric pad for a finger, typing into whatever field has the focus; not shown where nobody can touch. */
export function NumberPad({ marks = [decimalMark(), "00"] }: { marks?: readonly [string, string] }) {
  const isTouched = useMediaQuery("(any-pointer: coarse)");
  if (isTouched !== true) return null;
  const key = (text: string) => (
    <button key={text} type="button" tabIndex={-1} onClick={() => document.execCommand("insertText", false, text)} data-testid={`pad-${text}`}>
      {text}
    </button>
  );
  return (
    // The field keeps the focus.
    <div className={styles.pad} onMouseDown={(event) => event.preventDefault()} data-testid="number-pad">
      {["7", "8", "9"].map(key)}
      <button type="button" tabIndex={-1} aria-label={t("pad.back")} onClick={() => document.execCommand("delete")}>
        <IconBackspace size={24} stroke={1.5} aria-hidden />
      </button>
      {["4", "5", "6", marks[0], "1", "2", "3"].map(key)}
      <button type="button" tabIndex={-1} className={styles.next} aria-label={t("pad.next")} onClick={pressEnter} data-testid="pad-next">
        <IconCornerDownLeft size={24} stroke={1.5} aria-hidden />
      </button>
      {["0", marks[1]].map(key)}
    </div>
  );
}

function pressEnter(): void {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
}
