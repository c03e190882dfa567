import { Button } from "@mantine/core";
import { askedWords, usePrinters, type WhichPrinter } from "../../frame/printing";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Notice } from "../../parts/Notice";
import styles from "./Settings.module.css";

/** What was said of the letters: right, wrong in both ways that the till can tell them, or nothing yet. */
export type LettersAnswer = "right" | "neither" | null;

type Props = {
  which: WhichPrinter;
  answer: LettersAnswer;
  /** There are no other letters left to try. */
  isLast: boolean;
  isBusy: boolean;
  onRight: () => void;
  onWrong: () => void;
};

/** Asks about the letters of a test page once it is out; until then its place says what the page is doing. */
export function LettersAsk({ which, answer, isLast, isBusy, onRight, onWrong }: Props) {
  const view = usePrinters()[which];
  const isOut = !isBusy && view.queue.every(({ what }) => what !== "test");
  const canAnswer = isOut && answer === null;
  const wrongWords = t(isLast ? "printer.lettersNo" : "printer.lettersOther");
  useKeys([
    { id: "settings.lettersRight", key: "Ctrl+Enter", label: t("printer.lettersYes"), run: onRight, disabled: !canAnswer, quiet: true },
    { id: "settings.lettersWrong", key: "Ctrl+L", label: wrongWords, run: onWrong, disabled: !canAnswer, quiet: true },
  ]);
  if (answer !== null) {
    return (
      <Notice tone="plain" testid="letters-answer">
        {t(answer === "right" ? "printer.lettersRight" : "printer.lettersNeither")}
      </Notice>
    );
  }
  return (
    <Notice tone="plain" testid="letters-ask">
      {isOut ? t("printer.lettersAsk") : askedWords(view, "test")}
      <div className={styles.lettersActs}>
        <Button variant="default" onClick={onRight} disabled={!canAnswer} rightSection={<Kbd>Ctrl+Enter</Kbd>} data-testid="letters-right">
          {t("printer.lettersYes")}
        </Button>
        <Button variant="default" onClick={onWrong} disabled={!canAnswer} rightSection={<Kbd>Ctrl+L</Kbd>} data-testid="letters-wrong">
          {wrongWords}
        </Button>
      </div>
    </Notice>
  );
}
