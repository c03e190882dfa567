import { Button } from "@mantine/core";
import { useState } from "react";
import type { DrawerRow } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatMoney, formatTime } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { NumberPad } from "../../parts/NumberPad";
import { Notice, Refusal } from "../../parts/Notice";
import { drawerName } from "../cash/places";
import type { Typed } from "./counting";
import { Denominations, useCounted } from "./Denominations";
import styles from "./Drawer.module.css";
import { useDraft } from "./draft";
import { CountTrouble } from "./OpenDrawer";
import { useParts } from "./Parts";

/** What is typed, and the entry of it that was put in last. */
type Draft = { typed: Typed; partId: string | null };
const NONE: readonly string[] = [];

/** Counting along at a drawer that is counted elsewhere: a part of it, and nothing about what should be there. */
export function Part({ drawer, onBack }: { drawer: DrawerRow; onBack: () => void }) {
  const { till } = useDuty();
  const cashSessionId = drawer.cashSessionId ?? "";
  const [draft, setDraft, dropDraft] = useDraft<Draft>(`part ${cashSessionId}`, { typed: {}, partId: null });
  const [entryId, setEntryId] = useState(newId);
  const [isNothing, setNothing] = useState(false);
  const { parts } = useParts(cashSessionId, NONE);
  const standing = parts.find((part) => part.entryId === draft.partId);
  const counting = useAct("count_part", (open) => {
    const isIn = open.some((part) => part.entryId === entryId);
    setDraft(isIn ? { typed: draft.typed, partId: entryId } : { typed: {}, partId: null });
    setEntryId(newId());
  });
  // What was put in and stands no more is in a count by now: what is typed next is another part.
  const isTaken = draft.partId !== null && standing === undefined;
  const typed = isTaken ? {} : draft.typed;
  const counted = useCounted(till, typed);

  const change = (next: Typed) => {
    setNothing(false);
    setDraft({ typed: next, partId: isTaken ? null : draft.partId });
  };
  const put = (denominations: typeof counted.denominations) => {
    counting.mutate({ entryId, cashSessionId, denominations, replaces: standing?.entryId ?? null });
  };
  const done = () => {
    if (counting.isPending || counted.unreadable !== null) return;
    if (counted.denominations.every(({ count }) => count === 0)) return setNothing(true);
    put(counted.denominations);
  };
  const takeBack = () => {
    if (!counting.isPending && standing !== undefined) put([]);
  };
  const back = () => {
    if (isTaken) dropDraft();
    onBack();
  };
  useKeys([
    { id: "part.done", key: "F12", label: t("drawer.part.do"), run: done, main: true },
    { id: "part.takeBack", key: "F6", label: t("drawer.part.back"), run: takeBack, disabled: standing === undefined },
    { id: "part.back", key: "Escape", label: t("act.back"), run: back },
  ]);

  return (
    <div className={styles.split} data-testid="part-screen">
      <div className={styles.main}>
        <h1 className={layout.title}>{t("drawer.part.title", { drawer: drawerName(drawer.name) })}</h1>
        <p className={layout.lead}>{t("drawer.part.lead")}</p>
        <Denominations till={till} typed={typed} onTyped={change} counted={counted} onEnd={done} />
      </div>
      <aside className={styles.side}>
        <div>
          <span className={layout.figureLabel}>{t("drawer.part.sum")}</span>
          <output className={layout.figure} data-testid="part-sum">
            {formatMoney(counted.totalMinor)}
          </output>
        </div>
        <NumberPad marks={["*", "+"]} />
        <span className={styles.grow} />
        <div className={styles.goOn}>
          <CountTrouble unreadable={counted.unreadable} />
          {isNothing && <Notice tone="amber">{t("drawer.part.nothing")}</Notice>}
          {standing !== undefined && (
            <Notice tone="plain" testid="part-in">
              {t("drawer.part.in", { time: formatTime(standing.atMs), amount: formatMoney(standing.countedMinor) })}
            </Notice>
          )}
          {isTaken && (
            <Notice tone="plain" testid="part-taken">
              {t("drawer.part.taken")}
            </Notice>
          )}
          <Refusal error={counting.error} />
          <Button variant="default" size="lg" h={56} onClick={takeBack} disabled={standing === undefined} rightSection={<Kbd>F6</Kbd>} data-testid="part-back">
            {t("drawer.part.back")}
          </Button>
          <Button size="lg" h={56} onClick={done} loading={counting.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="part-done">
            {t(standing === undefined ? "drawer.part.do" : "drawer.part.anew")}
          </Button>
        </div>
      </aside>
    </div>
  );
}
