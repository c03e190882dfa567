import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { type Act, useActs, useKeys } from "../keys/keys";
import { fold } from "../keys/fold";
import { t } from "../messages/messages";
import { Dialog } from "../parts/Dialog";
import { inSight } from "../parts/inSight";
import { Kbd } from "../parts/Kbd";
import styles from "./Frame.module.css";

// Arrows, Enter and Escape are for hands, not for a list of names.
const SPEAKS_FOR_ITSELF = /^(Arrow|Enter$|Escape$|Page)/;

/** Every act by name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const now = useActs();
  // What could be done when the palette was opened; once open, only its own keys are left.
  const [acts] = useState(() => now.filter((act) => act.disabled !== true && act.id !== "frame.palette" && !SPEAKS_FOR_ITSELF.test(act.key ?? "")));
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const words = fold(text).split(/\s+/).filter((word) => word !== "");
  const found = acts.filter((act) => words.every((word) => fold(act.label).includes(word)));
  const chosen = found[Math.min(at, found.length - 1)];

  const pick = (act: Act | undefined) => {
    if (act === undefined) return;
    onClose();
    // After the palette is gone, so that a dialog the act opens finds the field to return to.
    window.setTimeout(act.run, 0);
  };
  return (
    <Dialog title={t("palette.title")} onClose={onClose} width={560} bare>
      <PaletteKeys
        up={() => setAt(Math.max(0, Math.min(at, found.length - 1) - 1))}
        down={() => setAt(Math.min(found.length - 1, at + 1))}
        enter={() => pick(chosen)}
        close={onClose}
      />
      <TextInput
        data-autofocus
        data-testid="palette-field"
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        leftSection={<IconSearch size={20} stroke={1.75} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul className={styles.list} role="listbox" aria-label={t("palette.title")}>
        {found.map((act) => (
          <li role="presentation" key={act.id}>
            <button
              type="button"
              tabIndex={-1}
              role="option"
              className={styles.choice}
              aria-selected={act === chosen}
              ref={act === chosen ? inSight : undefined}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => pick(act)}
            >
              {act.label}
              {act.key !== undefined && <Kbd>{act.key}</Kbd>}
            </button>
          </li>
        ))}
        {found.length === 0 && <li role="option" aria-disabled aria-selected={false} className={styles.choice}>{t("palette.nothing", { text })}</li>}
      </ul>
    </Dialog>
  );
}

function PaletteKeys({ up, down, enter, close }: { up: () => void; down: () => void; enter: () => void; close: () => void }) {
  useKeys(
    [
      { id: "palette.pick", key: "Enter", label: t("act.choose"), run: enter, main: true },
      { id: "palette.up", key: "ArrowUp", label: t("act.up"), run: up, quiet: true },
      { id: "palette.down", key: "ArrowDown", label: t("act.down"), run: down, quiet: true },
      { id: "palette.close", key: "Escape", label: t("act.back"), run: close },
    ],
    "dialog",
  );
  return null;
}
