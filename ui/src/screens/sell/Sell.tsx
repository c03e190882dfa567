import { Activity, useCallback, useEffect, useRef, useState } from "react";
import { toBackendError } from "../../backend/error";
import { newId } from "../../backend/ids";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { type Act, useKeys, useScan } from "../../keys/keys";
import { LONGEST_GAP_MS, looksLikeCode } from "../../keys/scanner";
import { takeScans, useWaiting } from "../../keys/waiting";
import { currentLanguage, t } from "../../messages/messages";
import { wording } from "../../messages/wording";
import { Failed, Loading } from "../../parts/states";
import { Asks, type Ask } from "./Asks";
import { BasketLines } from "./BasketLines";
import { addStranger, changeCounter, dropParts, dropStranger, type Stranger, useCounter } from "./counter";
import { DonePanel } from "./DonePanel";
import { Nothing } from "./Nothing";
import { Pay } from "./Pay";
import { ReceiptPane } from "./ReceiptPane";
import { isSearch, Results, useReady, useResults } from "./Results";
import styles from "./Sell.module.css";
import { SayLine, type Say } from "./SayLine";
import { TotalPanel } from "./TotalPanel";
import { useBasket } from "./useBasket";
import { canChooseLot, holdWords, lotHold, strangerFirst } from "./words";

/** A code that is being read is in the basket by then, or was none. */
const COMES_MS = 300;

/** The counter: one field that takes every scan and every word, the basket, the total. */
export function Sell() {
  const place = usePlace();
  const { status } = useDuty();
  const sells = useMay("sell");
  const { asked, run, put, settled, forgetQuotes, error, forget } = useBasket();
  const { strangers, done } = useCounter();
  const field = useRef<HTMLInputElement>(null);
  // What the list is found for. The field itself is the browser's: a letter that lands redraws nothing.
  const [text, setText] = useState("");
  const [chosenNo, setChosenNo] = useState<number | null>(null);
  const [nextQuantity, setNextQuantity] = useState(1);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [paying, setPaying] = useState(false);
  const [say, setSay] = useState<Say | null>(null);
  const [isComing, setComing] = useState(false);
  const results = useResults(text, "wait");
  const ready = useReady();

  const basket = asked.data;
  const lines = basket?.lines ?? [];
  const chosen = lines.find((line) => line.lineNo === chosenNo) ?? lines.at(-1);
  const stranger = strangers.at(-1);
  const hasLines = lines.length > 0;

  useEffect(() => {
    // A finger on a button must not take the keyboard away from the field.
    const onPointerUp = () => window.setTimeout(() => document.activeElement === document.body && field.current?.focus(), 0);
    window.addEventListener("pointerup", onPointerUp);
    return () => window.removeEventListener("pointerup", onPointerUp);
  }, []);

  useEffect(() => {
    if (ask === null && !paying) field.current?.focus();
  }, [ask, paying]);

  const typedNow = () => field.current?.value ?? "";
  const fill = (typed: string) => {
    if (field.current !== null) field.current.value = typed;
    setText(typed);
  };
  /** The list changes in one frame with what was found. */
  const onTyped = () => {
    const typed = typedNow();
    void ready(typed, "wait").then(() => typed === typedNow() && setText(typed));
  };

  /** `typed`: what stood in the field when this began; what was typed since then stays. */
  const begin = (typed = typedNow()) => {
    if (typed === typedNow()) fill("");
    setComing(false);
    setSay(null);
    changeCounter({ done: null });
  };

  /** Whoever works at the next basket has read the change. */
  const leaveDone = () => {
    if (hasLines) changeCounter({ done: null });
  };

  /** `isBeside`: the change of the sale before stays on the screen beside the basket. */
  const scan = async (code: string, isBeside = false, withoutLot = false) => {
    // Taken at once: the next scan may be here before this one is answered.
    const quantity = nextQuantity;
    setNextQuantity(1);
    const typed = field.current?.value;
    const scanned = await run("scan", { askId: newId(), code, withoutLot });
    // Only now, so that one frame shows all of it; a frame of its own would make the line wait.
    if (!isBeside) begin(typed);
    if (scanned?.kind !== "added") setNextQuantity(quantity);
    if (scanned === null) return false;
    if (scanned.kind === "added") {
      put(scanned.value.basket);
      setChosenNo(scanned.value.lineNo);
      dropParts();
      if (quantity > 1) await run("set_quantity", { lineNo: scanned.value.lineNo, quantity });
    } else if (scanned.kind === "receipt") {
      place.go("sales", { saleId: scanned.value.saleId });
    } else {
      const shown = code.replaceAll("\u001d", "");
      if (scanned.kind === "part") addStranger({ code: shown, reason: null, part: scanned.value });
      else if (scanned.kind === "unknown") addStranger({ code: shown, scanned: code, reason: null });
      else if (scanned.kind === "blocked") {
        dropParts();
        addStranger({ code: shown, reason: null, blocked: scanned.value });
      } else {
        const { reason, name } = scanned.value;
        addStranger({ code: shown, reason, ...(name !== null && { withoutLot: { scanned: code, name, packs: 1 } }) });
      }
    }
    return scanned.kind === "added";
  };
  /** The field is empty at once, so that a second Enter does not take the pack twice. */
  const scanTyped = (code: string) => {
    fill("");
    return scan(code);
  };
  const add = async (productId: string) => {
    begin();
    const quantity = nextQuantity;
    setNextQuantity(1);
    const after = await run("add_product", { askId: newId(), productId, quantity });
    const line = after?.lines.findLast((other) => other.productId === productId);
    if (line !== undefined) setChosenNo(line.lineNo);
  };
  const take = async () => {
    const typed = typedNow().trim();
    if (typed === "") {
      if (stranger !== undefined) askStranger(stranger);
      else if (!hasLines && status.session === null) place.go("drawer");
      return;
    }
    if (/^\d{7,}$/.test(typed)) return scanTyped(typed);
    if (!isSearch(typed, "wait")) {
      setSay({ tone: "plain", words: t("sell.tooShort") });
      return;
    }
    try {
      const product = await results.take(typed);
      if (product !== undefined) await add(product.productId);
      else if (looksLikeCode(typed)) await scanTyped(typed);
      else setAsk({ kind: "unknown", code: null, isCode: false, name: typed });
    } catch (thrown) {
      setSay({ tone: "red", words: wording(toBackendError(thrown)) });
    }
  };
  const scanNow = useRef(scan);
  useEffect(() => {
    scanNow.current = scan;
  });
  const askStranger = useCallback(async (one: Stranger) => {
    // There is nothing to decide about a pack that must not be sold.
    if (one.blocked !== undefined) return;
    if (one.withoutLot === undefined && one.part === undefined) return setAsk({ kind: "unknown", code: one.code, ...(one.scanned !== undefined && { scanned: one.scanned }), isCode: one.reason === null });
    dropStranger(one.code);
    const { scanned, packs } = one.withoutLot ?? { scanned: "", packs: 0 };
    for (let sold = 0; sold < packs; sold += 1) {
      if (await scanNow.current(scanned, false, true)) continue;
      // What did not come into the basket lies beside it again.
      return addStranger({ ...one, withoutLot: { scanned, name: one.withoutLot?.name ?? "", packs: packs - sold } });
    }
  }, []);
  const multiply = () => {
    const quantity = Number(typedNow());
    fill("");
    if (chosen !== undefined && done === null) void run("set_quantity", { lineNo: chosen.lineNo, quantity });
    else setNextQuantity(quantity);
  };
  const move = (by: number) => {
    if (results.isOpen) return results.move(by);
    const at = lines.findIndex((line) => line.lineNo === chosen?.lineNo);
    const next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
    if (next !== undefined) setChosenNo(next.lineNo);
  };
  const back = () => {
    setSay(null);
    forget();
    if (typedNow() !== "") fill("");
    else if (nextQuantity > 1) setNextQuantity(1);
    else if (stranger !== undefined) dropStranger(stranger.code);
    else changeCounter({ done: null });
  };
  const pay = () =>
    settled((now) => {
      const hold = now.holds[0];
      if (stranger !== undefined) setSay({ tone: "red", words: strangerFirst(stranger) });
      else if (hold !== undefined) {
        setSay({ tone: "red", words: holdWords(hold, now) });
        const held = now.lines.find((line) => line.lineNo === hold.lineNo);
        if (held !== undefined && lotHold([hold], held.lineNo) !== null) {
          setChosenNo(held.lineNo);
          if (hold.code === "lot_to_check") setAsk({ kind: "lot", line: held });
        }
      }
      else if (now.lines.length > 0) {
        forgetQuotes();
        leaveDone();
        setPaying(true);
      }
    });
  const voidLine = async () => {
    if (chosen === undefined) return;
    leaveDone();
    const after = await run("void_line", { askId: newId(), lineNo: chosen.lineNo });
    if (after !== null) setSay({ tone: "plain", words: t("sell.voided", { name: chosen.name }) });
  };

  // While the scanner still types, the counter is cleared for the next customer: at the end of the code nothing is
  // left to be drawn but its line.
  const makeRoom = () => {
    if (done === null || hasLines) return;
    changeCounter({ done: null });
    setComing(true);
    window.setTimeout(() => setComing(false), LONGEST_GAP_MS + COMES_MS);
  };
  useScan((code) => void scan(code), "screen", makeRoom);
  // What was scanned on another screen, over a question or while paying, goes into the basket after it.
  const waiting = useWaiting();
  useEffect(() => {
    if (ask !== null || paying) return;
    for (const code of takeScans()) void scan(code);
    // `scan` is that of the same drawing.
  }, [ask, paying, waiting]);
  const open = (next: Ask) => {
    leaveDone();
    setAsk(next);
  };
  const closeAsk = () => {
    // What was said of the batch is answered.
    if (ask?.kind === "lot") setSay(null);
    setAsk(null);
  };
  const onLine = (kind: "quantity" | "discount" | "price" | "lot") => () => chosen !== undefined && open({ kind, line: chosen });
  const acts: Act[] = [
    { id: "sell.find", key: "F2", label: t("sell.find"), run: () => field.current?.select() },
    {
      id: "sell.park",
      key: "F3",
      label: hasLines ? t("sell.park") : t("sell.recall"),
      disabled: !hasLines && status.parkedCount === 0,
      run: () => open({ kind: hasLines ? "park" : "recall" }),
    },
    { id: "sell.quantity", key: "F6", label: t("sell.quantity"), disabled: !hasLines, run: onLine("quantity") },
    { id: "sell.discount", key: "F7", label: t("sell.discount"), disabled: !hasLines, run: onLine("discount") },
    { id: "sell.void", key: "F9", label: t("sell.void"), disabled: !hasLines, run: () => void voidLine() },
    {
      id: "sell.rx",
      key: "F10",
      label: t("sell.rx"),
      disabled: !lines.some((line) => line.rx && !line.rxConfirmed),
      run: () => {
        const line = chosen?.rx && !chosen.rxConfirmed ? chosen : lines.find((other) => other.rx && !other.rxConfirmed);
        leaveDone();
        if (line !== undefined) void run("confirm_rx", { lineNo: line.lineNo }).then(() => setSay(null));
      },
    },
    { id: "sell.price", key: "F11", label: t("sell.price"), disabled: !hasLines, run: onLine("price") },
    { id: "sell.lot", key: "Alt+L", label: t("sell.lot"), disabled: chosen === undefined || !canChooseLot(chosen), run: onLine("lot") },
    { id: "sell.pay", key: "F12", label: t("sell.pay"), main: true, disabled: !hasLines, run: pay },
    { id: "sell.take", key: "Enter", label: t("sell.take"), quiet: true, run: () => void take() },
    { id: "sell.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => move(-1) },
    { id: "sell.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => move(1) },
    { id: "sell.back", key: "Escape", label: t("act.back"), quiet: true, run: back },
    { id: "sell.byHand", label: t("sell.byHand"), run: () => setAsk({ kind: "unknown", code: null, isCode: false }) },
    { id: "sell.voidBasket", key: "Shift+F9", label: t("sell.voidBasket"), quiet: true, disabled: !sells || !hasLines, run: () => open({ kind: "voidBasket" }) },
    { id: "sell.takeBack", label: t("sell.takeBack"), run: () => setAsk({ kind: "takeBack" }) },
  ];
  // Who only looks is offered nothing that changes the basket.
  const offered = sells ? acts : acts.map((act) => (act.quiet === true ? act : { ...act, disabled: true }));
  useKeys(paying ? [] : offered);

  if (asked.isError && basket === undefined) return <Failed error={asked.error} again={() => void asked.refetch()} />;
  if (basket === undefined) return <Loading rows={6} />;
  if (paying) {
    return (
      <Pay
        basket={basket}
        onBack={() => setPaying(false)}
        onDone={(sale, handedBackMinor) => {
          setPaying(false);
          begin();
          forget();
          put(sale.basket);
          setChosenNo(null);
          // Packs that came while this was paid are the next customer's.
          const next = takeScans();
          changeCounter({ done: { sale, handedBackMinor, isBeside: next.length > 0 } });
          for (const code of next) void scan(code, true);
          if (next.length > 0) setSay({ tone: "amber", words: t("sell.scannedWhilePaying", { code: next.join(", ") }) });
        }}
      />
    );
  }
  // What is drawn only when it changes is drawn anew in another language.
  const language = currentLanguage();
  const isDone = done !== null && (!hasLines || done.isBeside);
  return (
    <div className={styles.page}>
      <section className={styles.left} aria-label={t("sell.basket")}>
        <div className={styles.fieldRow}>
          {nextQuantity > 1 && <span className={styles.multiplier} data-testid="next-quantity">{nextQuantity} ×</span>}
          <input
            ref={field}
            className={styles.field}
            // The one field of the screen: it has the focus from the first moment.
            autoFocus
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            aria-label={t("sell.field")}
            placeholder={t("sell.field")}
            data-testid="scan-field"
            data-scans="most"
            defaultValue={text}
            onInput={onTyped}
            onKeyDown={(event) => {
              if (/^[*×xX]$/.test(event.key) && /^[1-9]\d{0,3}$/.test(typedNow())) {
                event.preventDefault();
                multiply();
              }
            }}
          />
        </div>
        <SayLine say={error === null ? say : { tone: "red", words: wording(error) }} />
        <div className={styles.area}>
          {hasLines || stranger !== undefined || isComing ? (
            <BasketLines
              key={language}
              lines={lines}
              holds={basket.holds}
              chosenNo={chosen?.lineNo ?? null}
              strangers={strangers}
              onChoose={setChosenNo}
              onSell={askStranger}
            />
          ) : isDone ? (
            <ReceiptPane sale={done.sale} />
          ) : (
            <Nothing key={language} />
          )}
        </div>
        {results.isOpen && <Results results={results} onTake={(productId) => void add(productId)} />}
      </section>
      {isDone && <DonePanel done={done} />}
      {/* Drawn while nobody waits: the first pack of the next customer only fills it. */}
      <Activity mode={isDone ? "hidden" : "visible"}>
        <TotalPanel key={language} basket={basket} parkedCount={status.parkedCount} />
      </Activity>
      {ask !== null && <Asks ask={ask} basket={basket} run={run} onClose={closeAsk} />}
    </div>
  );
}
