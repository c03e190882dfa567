import { Button } from "@mantine/core";
import { useState } from "react";
import type { LotMarkDetail, LotMarkView, SoldLot } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatCount, formatExpiry, formatMoment, keepStrength } from "../../format";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice } from "../../parts/Notice";
import { printOnly } from "../../parts/Paper";
import { Failed, Loading } from "../../parts/states";
import { packCountWords } from "./expiry";
import styles from "./Lots.module.css";
import { MarkFacts } from "./MarkFacts";
import { ReleaseLots } from "./ReleaseLots";
import { recallPaper } from "./recallPaper";
import { StateMark } from "./StateMark";

/** One recall or block: what stands on the shelf, who got packs of it, and the paper to be signed. */
export function RecallDetail({ mark, onShow }: { mark: LotMarkView; onShow: (productId: string) => void }) {
  const { till } = useDuty();
  const mayRelease = useMay("release_lots");
  const detail = useAsk("lot_mark", { markedId: mark.markedId });
  const [isReleasing, setReleasing] = useState(false);
  const print = () => {
    if (detail.data !== undefined) printOnly(...recallPaper(detail.data, till.branchName));
  };
  useKeys([
    { id: "recall.show", key: "F6", label: t("manager.show"), run: () => onShow(mark.productId) },
    { id: "recall.print", key: "Ctrl+P", label: t("receipt.print"), run: print, disabled: detail.data === undefined },
    { id: "recall.release", key: "Shift+F9", label: t("mark.release"), run: () => setReleasing(true), disabled: !mayRelease },
  ]);
  return (
    <article className={layout.page} data-testid="recall-detail">
      <header>
        <h1 className={layout.title}>{keepStrength(mark.name)}</h1>
        <p className={styles.headSub}>
          {mark.pack} <StateMark reason={mark.state} />
        </p>
      </header>
      <div className={layout.acts}>
        <Button variant="default" onClick={() => onShow(mark.productId)} rightSection={<Kbd>F6</Kbd>}>
          {t("manager.show")}
        </Button>
        <Button variant="default" onClick={print} disabled={detail.data === undefined} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="recall-print">
          {t("receipt.print")}
        </Button>
        {mayRelease && (
          <Button variant="default" onClick={() => setReleasing(true)} rightSection={<Kbd>Shift+F9</Kbd>} data-testid="recall-release">
            {t("mark.release")}
          </Button>
        )}
      </div>
      <MarkFacts mark={mark} />
      {detail.data === undefined ? (
        detail.isError ? <Failed error={detail.error} again={() => void detail.refetch()} /> : <Loading rows={4} />
      ) : (
        <Found detail={detail.data} />
      )}
      {isReleasing && <ReleaseLots mark={mark} onClose={() => setReleasing(false)} />}
    </article>
  );
}

function Found({ detail }: { detail: LotMarkDetail }) {
  return (
    <>
      <dl className={layout.figures}>
        <div>
          <dt>{t("recall.onShelf")}</dt>
          <dd data-testid="recall-on-shelf">{packCountWords(detail.mark.packs)}</dd>
        </div>
        <div>
          <dt>{t("recall.atCustomers")}</dt>
          <dd data-testid="recall-sold">{packCountWords(detail.soldPacks)}</dd>
        </div>
      </dl>
      {detail.soldWithoutLot > 0 && (
        <Notice tone="amber" testid="recall-without-lot">
          {t("recall.withoutLot", { count: detail.soldWithoutLot, packs: formatCount(detail.soldWithoutLot) })}
        </Notice>
      )}
      <section>
        <h2>{t("recall.onShelf")}</h2>
        {detail.onShelf.length === 0 ? (
          <p className={layout.muted}>{t("recall.nothingOnShelf")}</p>
        ) : (
          <table className={layout.table} data-testid="recall-shelf">
            <thead>
              <tr>
                <th>{t("product.lot")}</th>
                <th>{t("product.expiry")}</th>
                <th className={layout.number}>{t("reports.packs")}</th>
              </tr>
            </thead>
            <tbody>
              {detail.onShelf.map(({ lot, expiry, packs }) => (
                <tr key={lot ?? ""}>
                  <td>{lot ?? t("product.lotUnknown")}</td>
                  <td>{expiry !== null && formatExpiry(expiry)}</td>
                  <td className={layout.number}>{formatCount(packs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section>
        <h2>{t("recall.soldLines")}</h2>
        {detail.sold.length === 0 ? <p className={layout.muted}>{t("recall.nothingSold")}</p> : <Sold sold={detail.sold} />}
      </section>
    </>
  );
}

function Sold({ sold }: { sold: readonly SoldLot[] }) {
  const place = usePlace();
  return (
    <table className={layout.table} data-testid="recall-lines">
      <thead>
        <tr>
          <th>{t("recall.receipt")}</th>
          <th>{t("recall.when")}</th>
          <th>{t("product.lot")}</th>
          <th className={layout.number}>{t("reports.packs")}</th>
        </tr>
      </thead>
      <tbody>
        {sold.map(({ saleId, receiptNo, atMs, person, lot, packs }) => (
          <tr key={`${saleId} ${lot} ${packs}`}>
            <td>
              <button type="button" className={layout.link} onClick={() => place.go("sales", { saleId })}>
                {receiptNo}
              </button>
            </td>
            <td>
              {formatMoment(atMs)} · {person}
            </td>
            <td>{lot ?? t("product.lotUnknown")}</td>
            <td className={layout.number}>{packs < 0 ? t("recall.back", { packs: formatCount(-packs) }) : formatCount(packs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
