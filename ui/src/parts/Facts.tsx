import type { ReactNode } from "react";
import layout from "./layout.module.css";

type Props = {
  facts: readonly (readonly [label: string, value: ReactNode])[];
  /** Numbers stand at the right, under each other. */
  values?: "right";
  testid?: string;
};

/** What is known, by name. */
export function Facts({ facts, values, testid }: Props) {
  return (
    <dl className={layout.facts} data-values={values} data-testid={testid}>
      {facts.map(([label, value]) => (
        <div key={label} style={{ display: "contents" }}>
          <dt>{label}</dt>
          <dd className="selectable">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
