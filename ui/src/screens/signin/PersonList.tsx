import { useState } from "react";
import type { StaffView } from "../../backend";
import type { Layer } from "../../keys/registry";
import { type Act, useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { inSight } from "../../parts/inSight";
import { Kbd } from "../../parts/Kbd";
import styles from "./SignIn.module.css";

type Props = {
  staff: readonly StaffView[];
  /** Who is on duty now, if anyone. */
  current?: string;
  layer: Layer;
  onChoose: (person: StaffView) => void;
  onBack?: () => void;
  /** What else can be done beside choosing. */
  more?: readonly Act[];
};

/** People with their digit. The first nine can be chosen by it. */
export function PersonList({ staff: unsorted, current, layer, onChoose, onBack, more = [] }: Props) {
  // By name, so that everybody keeps their digit.
  const staff = unsorted.toSorted((a, b) => a.name.localeCompare(b.name));
  const [at, setAt] = useState(() => Math.max(0, staff.findIndex((person) => person.staffId === current)));
  useKeys(
    [
      ...staff.slice(0, 9).map((person, index) => ({
        id: `person.${person.staffId}`,
        key: String(index + 1),
        label: person.name,
        run: () => onChoose(person),
        quiet: true,
      })),
      { id: "person.up", key: "ArrowUp", label: t("act.up"), run: () => setAt(Math.max(0, at - 1)), quiet: true },
      { id: "person.down", key: "ArrowDown", label: t("act.down"), run: () => setAt(Math.min(staff.length - 1, at + 1)), quiet: true },
      {
        id: "person.choose",
        key: "Enter",
        label: t("act.choose"),
        main: true,
        run: () => {
          const person = staff[at];
          if (person !== undefined) onChoose(person);
        },
      },
      ...(onBack === undefined ? [] : [{ id: "person.back", key: "Escape", label: t("act.back"), run: onBack }]),
      ...more,
    ],
    layer,
  );
  return (
    <ul className={styles.people} data-testid="people">
      {staff.map((person, index) => (
        <li key={person.staffId}>
          <button
            type="button"
            tabIndex={-1}
            className={styles.someone}
            ref={index === at ? inSight : undefined}
            data-at={index === at}
            onClick={() => onChoose(person)}
            data-testid={`person-${index + 1}`}
          >
            {index < 9 ? <Kbd>{String(index + 1)}</Kbd> : <span style={{ width: 24 }} />}
            <span className={styles.name}>{person.name === "" ? t("signIn.erased") : person.name}</span>
            <span className={styles.role}>{named("role", person.role)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
