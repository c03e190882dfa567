import { useEffect, useLayoutEffect, useState } from "react";
import type { DisplayView } from "../../backend";
import { useAsk, useFreshness } from "../../backend/queries";
import { formatMoneyUnsigned, localeOf, setFormat } from "../../format";
import { speak, t, useLanguage } from "../../messages/messages";
import { Amount } from "./Amount";
import styles from "./Display.module.css";
import { Lines } from "./Lines";
import { Paid } from "./Paid";
import { shownOf } from "./shown";

/** What was paid ends by time alone, and is heard of by asking. */
const ASKED_EVERY_MS = 5000;
/** A till that is there has answered by then. */
const GONE_AFTER_MS = 8000;

/** What the customer sees on the other side of the counter; nothing here is typed or tapped. */
export function Display() {
  useFreshness();
  useLanguage();
  const { data: view, dataUpdatedAt, isPending } = useAsk("display", {}, { everyMs: ASKED_EVERY_MS });
  const isGone = useSilence(dataUpdatedAt);
  const language = view?.language;
  // Before the picture is seen. The till itself goes on in the language that was chosen there.
  useLayoutEffect(() => {
    if (language !== undefined) speak(language);
  }, [language]);
  if (view !== undefined) setFormat({ locale: localeOf(view.language, view.country), currency: view.currency, timeZone: view.timeZone });

  const shown = shownOf(view, isGone);
  return (
    <main className={styles.display} data-testid="display" data-shown={shown} onContextMenu={(event) => event.preventDefault()}>
      {view?.isPractice === true && <p className={styles.practice}>{t("frame.practice")}</p>}
      {view === undefined || shown === "welcome" ? (
        !isPending && <Welcome pharmacy={view?.pharmacy ?? ""} />
      ) : (
        <>
          <h1 className={styles.pharmacy}>{view.pharmacy}</h1>
          {shown === "paid" && view.paid !== null ? <Paid paid={view.paid} /> : <Basket view={view} />}
        </>
      )}
    </main>
  );
}

/** Whether nothing was answered for some time since then. */
function useSilence(answeredAt: number): boolean {
  const [silentSince, setSilentSince] = useState<number | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setSilentSince(answeredAt), GONE_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [answeredAt]);
  return silentSince === answeredAt;
}

function Welcome({ pharmacy }: { pharmacy: string }) {
  return (
    <div className={styles.welcome} data-testid="display-welcome">
      {pharmacy !== "" && <h1 data-long={pharmacy.length > 36}>{pharmacy}</h1>}
      <p>{t("display.welcome")}</p>
    </div>
  );
}

function Basket({ view }: { view: DisplayView }) {
  const isGivingBack = view.totalMinor < 0;
  return (
    <>
      <Lines lines={view.lines} />
      <Amount label={t(isGivingBack ? "sell.totalBack" : "sell.total")} minor={view.totalMinor} testid="display-total">
        {view.discountMinor !== 0 && (
          <p data-testid="display-discount">
            {t("display.discount")} <span>−{formatMoneyUnsigned(view.discountMinor)}</span>
          </p>
        )}
      </Amount>
    </>
  );
}
