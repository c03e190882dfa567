import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type BackendError, call, type JobView, type SetupOptions } from "../../backend";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import { type Answers, asBackup, asSetUp, type Step, STEPS, troubleOf } from "./answers";
import { Done, type Refusals } from "./Done";
import styles from "./Setup.module.css";
import { StepBody } from "./steps";

type Props = {
  options: SetupOptions;
  answers: Answers;
  step: Step;
  /** Every answer and step is kept above, so that nothing typed is lost. */
  onKeep: (answers: Answers, step: Step) => void;
  onBack: () => void;
  onHold: (hold: boolean) => void;
};

/** The steps of founding a pharmacy, one after another; nothing is written before the last. */
export function Found({ options, answers, step, onKeep, onBack, onHold }: Props) {
  const client = useQueryClient();
  const [tried, setTried] = useState(false);
  const [isFounding, setFounding] = useState(false);
  const [error, setError] = useState<BackendError | null>(null);
  const [founded, setFounded] = useState<{ job: JobView | null; refusals: Refusals } | null>(null);
  const at = STEPS.indexOf(step);
  const trouble = troubleOf(step, answers);

  const change = (part: Partial<Answers>) => onKeep({ ...answers, ...part }, step);
  const goTo = (next: Step | undefined) => {
    setTried(false);
    setError(null);
    if (next === undefined) onBack();
    else onKeep(answers, next);
  };
  const next = () => {
    if (Object.keys(trouble).length > 0) setTried(true);
    else if (step === "check") void found();
    else goTo(STEPS[at + 1]);
  };
  const back = () => goTo(STEPS[at - 1]);

  const found = async () => {
    if (isFounding) return;
    setFounding(true);
    setError(null);
    // The wizard stays on the screen although the till is set up from here on.
    onHold(true);
    try {
      await call("set_up", asSetUp(answers));
    } catch (thrown) {
      setError(thrown as BackendError);
      setFounding(false);
      onHold(false);
      return;
    }
    // Founded. What fails from here on is said on the last page and mended later.
    const refusals: Refusals = {};
    let job: JobView | null = null;
    try {
      const owner = (await call("staff", {})).find(({ role }) => role === "owner");
      if (owner !== undefined) await call("sign_in", { staffId: owner.staffId, secret: answers.ownerPin, newSecret: null });
      const backup = asBackup(answers);
      if (backup !== null) await call("set_backup", backup);
    } catch (thrown) {
      refusals.backup = thrown as BackendError;
    }
    try {
      const path = answers.cataloguePath.trim();
      if (path !== "") job = await call("import_catalogue", { path, dryRun: false });
    } catch (thrown) {
      refusals.catalogue = thrown as BackendError;
    }
    setFounded({ job, refusals });
    void client.invalidateQueries();
  };

  useKeys(
    founded !== null
      ? []
      : [
          { id: "setup.next", key: "F12", label: t(step === "check" ? "setup.foundDo" : "setup.next"), run: next, main: true, disabled: isFounding },
          { id: "setup.back", key: "Escape", label: t("act.back"), run: back, disabled: isFounding },
        ],
  );
  if (founded !== null) return <Done name={answers.pharmacyName} {...founded} onDone={() => onHold(false)} />;
  return (
    <div className={styles.wizard}>
      <ol className={styles.steps} aria-label={t("setup.steps")}>
        {STEPS.map((each, index) => (
          <li key={each} data-state={index < at ? "done" : index === at ? "now" : "later"} aria-current={each === step ? "step" : undefined}>
            <span className={styles.stepNo}>{index + 1}</span>
            {t(`setup.step.${each}`)}
          </li>
        ))}
      </ol>
      {/* A new step begins with its first field. */}
      <form
        key={step}
        className={styles.step}
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
        data-testid={`setup-step-${step}`}
      >
        <StepBody step={step} options={options} answers={answers} change={change} trouble={tried ? trouble : {}} onNext={next} />
        <Refusal error={error} />
        <div className={styles.acts}>
          <Button variant="default" size="lg" h={56} onClick={back} disabled={isFounding} rightSection={<Kbd>Escape</Kbd>} data-testid="setup-back">
            {t("act.back")}
          </Button>
          <Button type="submit" size="lg" h={56} loading={isFounding} rightSection={<Kbd>F12</Kbd>} data-testid="setup-next">
            {t(step === "check" ? "setup.foundDo" : "setup.next")}
          </Button>
        </div>
      </form>
    </div>
  );
}
