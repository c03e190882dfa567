import type { LotMarkView } from "../../backend";
import { t } from "../../messages/messages";
import { blockWords } from "../../parts/blocks";
import { Facts } from "../../parts/Facts";
import { originOfMark } from "./words";

/** What was said about lots, by whom and when. */
export function MarkFacts({ mark }: { mark: LotMarkView }) {
  const facts: [string, string][] = [
    [t("product.lots"), mark.lots.length === 0 ? t("mark.everyPack") : mark.lots.join(", ")],
    [t("mark.stateNow"), blockWords(mark.state)],
    [t("mark.reference"), mark.reference ?? ""],
    [t("mark.by"), originOfMark(mark)],
  ];
  return <Facts facts={facts.filter(([, value]) => value !== "")} testid="mark-facts" />;
}
