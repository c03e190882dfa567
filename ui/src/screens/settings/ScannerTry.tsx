import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useAct } from "../../backend/queries";
import { useScan } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { BarCode } from "../../parts/BarCode";
import { Dialog } from "../../parts/Dialog";
import { Notice, Refusal } from "../../parts/Notice";
import { QrCode } from "../../parts/QrCode";
import { CODE_128, CODE_128_BARS, EAN_13, EAN_13_BARS, GS1_DATA_MATRIX, QR, TEST_CODES, type TestCode } from "./testCodes";
import styles from "./ScannerTry.module.css";
import { adviceWords, isDone, nextCode, summary, toneOf, type Verdicts } from "./scannerTrial";

/** As wide in px as a barcode may be here: bars of two px are read from a screen. */
const BARS_MOST = 440;
const MOST_READ = 500;

/** The four codes of the test sheet on the screen: whoever scans them sees what is wrong with the scanner. */
export function ScannerTry({ onClose }: { onClose: () => void }) {
  const [at, setAt] = useState<TestCode>("ean_13");
  const [verdicts, setVerdicts] = useState<Verdicts>({});
  const [last, setLast] = useState<TestCode | null>(null);
  const [hasText, setHasText] = useState(false);
  // What lands in it was not typed like a code, as by a scanner of another language; it is the browser's until Enter.
  const field = useRef<HTMLInputElement>(null);
  const trying = useAct("try_scanner", (verdict, { code }) => {
    setVerdicts((before) => ({ ...before, [code]: verdict }));
    setLast(code as TestCode);
    if (isDone(verdict)) setAt(nextCode({ ...verdicts, [code]: verdict }, code as TestCode));
  });
  const judge = (read: string) => {
    if (field.current !== null) field.current.value = "";
    setHasText(false);
    if (read !== "") trying.mutate({ code: at, read });
  };
  const judgeTyped = () => judge(field.current?.value ?? "");
  useScan(judge);
  const move = (by: number) => {
    const next = TEST_CODES[TEST_CODES.indexOf(at) + by];
    if (next !== undefined) setAt(next);
  };
  const told = last === null ? undefined : verdicts[last];
  const sum = summary(verdicts);
  return (
    <Dialog
      title={t("tryScanner.title")}
      onClose={onClose}
      width={860}
      testid="scanner-dialog"
      acts={[
        { id: "tryScanner.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => move(-1) },
        { id: "tryScanner.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => move(1) },
        { id: "tryScanner.tab", key: "Tab", label: t("tryScanner.judge"), quiet: true, disabled: !hasText, run: judgeTyped },
        { id: "tryScanner.judge", key: "Enter", label: t("tryScanner.judge"), quiet: true, run: judgeTyped },
      ]}
    >
      <div className={styles.lead}>
        {sum === null ? (
          <p>{t("tryScanner.lead")}</p>
        ) : (
          <Notice tone={sum.tone} testid="scanner-summary">
            {sum.words}
          </Notice>
        )}
      </div>
      <div className={styles.trial}>
        <ul className={styles.codes} role="listbox" aria-label={t("tryScanner.codes")}>
          {TEST_CODES.map((code) => (
            <li role="presentation" key={code}>
              <button type="button" tabIndex={-1} role="option" aria-selected={code === at} className={styles.code} data-testid={`scanner-${code}`} onPointerDown={(event) => event.preventDefault()} onClick={() => setAt(code)}>
                <b>{named("tryScanner.code", code)}</b>
                <span data-tone={toneOf(verdicts[code])}>{named("tryScanner.verdict", verdicts[code]?.verdict ?? "none")}</span>
              </button>
            </li>
          ))}
        </ul>
        <div className={styles.shown} data-testid="scanner-shown" data-code={at}>
          <Code code={at} />
        </div>
      </div>
      <TextInput
        ref={field}
        data-autofocus
        label={t("tryScanner.arrived")}
        description={t("tryScanner.arrivedHint")}
        maxLength={MOST_READ}
        autoComplete="off"
        spellCheck={false}
        onInput={(event) => setHasText(event.currentTarget.value !== "")}
        data-testid="scanner-field"
      />
      <div className={styles.said} aria-live="polite">
        {told !== undefined && last !== null && (
          <Notice tone={toneOf(told) ?? "plain"} testid="scanner-said">
            <b>{named("tryScanner.code", last)}:</b> {adviceWords(told)}
          </Notice>
        )}
        <Refusal error={trying.error} />
      </div>
    </Dialog>
  );
}

function Code({ code }: { code: TestCode }) {
  if (code === "ean_13") return <BarCode bars={EAN_13_BARS} text={EAN_13} most={BARS_MOST} testid="scanner-bars" />;
  if (code === "code_128") return <BarCode bars={CODE_128_BARS} text={CODE_128} most={BARS_MOST} testid="scanner-bars" />;
  return <QrCode rows={code === "qr" ? QR : GS1_DATA_MATRIX} label={named("tryScanner.code", code)} testid="scanner-matrix" />;
}
