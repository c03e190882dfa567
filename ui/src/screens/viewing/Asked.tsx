import { IconHandStop } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { AskedView, ViewedBranch } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAskEach } from "../../backend/queries";
import { formattedAs } from "../../format";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { needWords } from "../signin/needWords";
import styles from "./Asked.module.css";
import { formatOf } from "./formatOf";

/** While something is asked, how old it is and whether it still can be answered is looked at so often. */
const AGES_MS = 30_000;
/** Of a line of the list, px. */
const HEIGHT = 80;
const NAME = "PharmaTill";

type Row = { branch: ViewedBranch; ask: AskedView };

/**
 * What is asked for at the tills and the person may allow, above whatever is looked at: one line, of the same height
 * however many there are, and the list by one key. What is answered stays until the book has it.
 */
export function Asked({ branches }: { branches: readonly ViewedBranch[] }) {
  const answers = useAskEach("approvals_asked", branches.map(({ branchId }) => ({ branchId })), (asked) => asked.length > 0 && AGES_MS);
  const [isOpen, setOpen] = useState(false);
  const rows = answers
    .flatMap(({ data }, at) => {
      const branch = branches[at];
      return branch === undefined || data === undefined ? [] : data.map((ask) => ({ branch, ask }));
    })
    .sort((a, b) => a.ask.atMs - b.ask.atMs);
  const open = rows.filter(isUnanswered);
  useCountInTitle(open.length);
  const first = open[0] ?? rows.at(-1);
  const answer = () => setOpen(true);
  useKeys([{ id: "view.asked", key: "Alt+9", label: t("asked.answer"), run: answer, quiet: true, disabled: first === undefined }], "frame");
  if (first === undefined) return null;
  const isSeveral = branches.length > 1;
  return (
    <section className={styles.card} data-waits={open.length > 0} aria-label={t("asked.list")} data-testid="asked">
      <IconHandStop size={20} stroke={1.75} aria-hidden />
      <p className={styles.first} role="status">
        <b>{needOf(first)}</b>
        <span>{whoOf(first, isSeveral)}</span>
        <span className={styles.state}>{stateOf(first.ask).join(" ")}</span>
      </p>
      <button type="button" className={styles.answer} onClick={answer} data-testid="asked-answer">
        {open.length > 1 ? t("asked.answerSeveral", { count: open.length }) : open.length === 1 ? t("asked.answer") : t("asked.show")}
        <Kbd>Alt+9</Kbd>
      </button>
      {isOpen && <Answering rows={rows} isSeveral={isSeveral} onClose={() => setOpen(false)} />}
    </section>
  );
}

/** The list. What is chosen stays chosen whatever comes and goes, so that nobody answers what they did not read. */
function Answering({ rows, isSeveral, onClose }: { rows: readonly Row[]; isSeveral: boolean; onClose: () => void }) {
  const open = rows.filter(isUnanswered);
  const [chosenId, setChosenId] = useState((open[0] ?? rows[0])?.ask.entryId);
  const decide = useAct("decide_approval");
  const at = rows.findIndex(({ ask }) => ask.entryId === chosenId);
  const chosen = rows[at];
  const choose = (next: number) => setChosenId(rows[Math.max(0, Math.min(rows.length - 1, next))]?.ask.entryId);
  const answer = (isGiven: boolean) => {
    if (chosen === undefined || decide.isPending) return;
    const isLast = open.length === 1;
    const { branch, ask } = chosen;
    decide.mutate({ entryId: newId(), asked: ask.entryId, isGiven, branchId: branch.branchId }, { onSuccess: () => isLast && onClose() });
  };
  const disabled = chosen === undefined || !isUnanswered(chosen) || decide.isPending;
  return (
    <Dialog
      title={t("asked.title")}
      onClose={onClose}
      width={720}
      testid="asked-dialog"
      acts={[
        { id: "asked.up", key: "ArrowUp", label: t("act.up"), run: () => choose(at - 1), quiet: true },
        { id: "asked.down", key: "ArrowDown", label: t("act.down"), run: () => choose(at + 1), quiet: true },
        { id: "asked.refuse", key: "Delete", label: t("asked.refuse"), run: () => answer(false), disabled },
        { id: "asked.allow", key: "Enter", label: t("approval.allow"), main: true, run: () => answer(true), disabled },
      ]}
    >
      <div className={styles.list} style={{ height: `min(${rows.length * HEIGHT}px, 50vh)` }}>
        <Rows
          rows={rows}
          rowKey={({ ask }) => ask.entryId}
          height={HEIGHT}
          grows
          keys={false}
          at={at}
          onAt={choose}
          draw={(row) => <Line row={row} isSeveral={isSeveral} />}
          label={t("asked.list")}
          testid="asked-row"
        />
      </div>
      <Refusal error={decide.error} />
    </Dialog>
  );
}

function Line({ row, isSeveral }: { row: Row; isSeveral: boolean }) {
  const [said, where] = stateOf(row.ask);
  return (
    <span className={styles.row}>
      <b>{needOf(row)}</b>
      <span className={styles.state}>{said}</span>
      <span>{whoOf(row, isSeveral)}</span>
      <span className={styles.state}>{where}</span>
    </span>
  );
}

const isUnanswered = ({ ask }: Row): boolean => ask.answer === null;

const needOf = ({ branch, ask }: Row): string => formattedAs(formatOf(branch), () => needWords(ask.permission, ask.extent));

function whoOf({ branch, ask }: Row, isSeveral: boolean): string {
  const who = [ask.person, t("frame.till", { no: ask.tillNo ?? "?" }), isSeveral ? branch.name : ""];
  return who.filter((part) => part !== "").join(" · ");
}

/** How old it is, or what was answered; and what stands in the way, or how far the answer is: done is only what stands in the book. */
function stateOf({ answer, tillNo, isTillAway, ageMin }: AskedView): [string, string] {
  const no = tillNo ?? "?";
  if (answer === null) return [ageMin === 0 ? t("asked.now") : t("asked.age", { count: ageMin }), isTillAway ? t("asked.away", { no }) : ""];
  if (answer.state === "late") return [t("asked.notTold"), t("asked.late", { no })];
  const said = answer.isGiven ? t("asked.given", { person: answer.person }) : t("asked.refused", { person: answer.person });
  return [said, answer.state === "done" ? t("asked.done") : isTillAway ? t("asked.waits", { no }) : t("asked.sent", { no })];
}

/** Whoever looks at another page sees that somebody waits. */
function useCountInTitle(count: number): void {
  useEffect(() => {
    document.title = count === 0 ? NAME : `(${count}) ${NAME}`;
    return () => {
      document.title = NAME;
    };
  }, [count]);
}
