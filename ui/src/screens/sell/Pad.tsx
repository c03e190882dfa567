import { IconBackspace } from "@tabler/icons-react";
import { decimalMark } from "../../format";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import styles from "./Sell.module.css";

type Props = { onKey: (key: string) => void; onFinish: () => void; finish: string; disabled: boolean };

const DIGITS = ["7", "8", "9", "4", "5", "6", "1", "2", "3"];

/** The same digits for a finger; the keyboard's focus stays in the amount. */
export function Pad({ onKey, onFinish, finish, disabled }: Props) {
  const keep = (event: React.PointerEvent) => event.preventDefault();
  return (
    <div className={styles.pad} onPointerDown={keep}>
      <button type="button" tabIndex={-1} className={styles.finish} disabled={disabled} onClick={onFinish} data-testid="finish">
        {finish} <Kbd>Enter</Kbd>
      </button>
      {[...DIGITS, decimalMark(), "0"].map((key) => (
        <button key={key} type="button" tabIndex={-1} onClick={() => onKey(key)}>
          {key}
        </button>
      ))}
      <button type="button" tabIndex={-1} aria-label={t("pay.backspace")} onClick={() => onKey("back")}>
        <IconBackspace size={24} stroke={1.5} aria-hidden />
      </button>
    </div>
  );
}
