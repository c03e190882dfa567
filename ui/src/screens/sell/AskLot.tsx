import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { BasketLineView, LotView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatCount, formatExpiry, isoDate, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { blockWords } from "../../parts/blocks";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { inSight } from "../../parts/inSight";
import { Failed, Loading } from "../../parts/states";
import { daysLeftWords, daysUntil } from "./lots";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

const REASONS = ["pack_in_hand", "longer_expiry", "not_found", "one_lot_for_all", "other"] as const;

/** Alt+L: which lot the packs of the chosen line are of, and why it is not the one that expires first. */
export function AskLot({ line, run, onClose }: { line: BasketLineView; run: RunBasket; onClose: () => void }) {
  const product = useAsk("product", { productId: line.productId });
  const lots = (product.data?.lots ?? []).filter(({ lot, block, packs }) => lot !== null || (block === null && packs > 0));
  const sellable = lots.filter(({ block }) => block === null);
  // Nobody has looked at the pack yet where no lot is known of it: nothing is offered as if they had.
  const [chosen, setChosen] = useState<string | null | undefined>(line.lot ?? undefined);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState<(typeof REASONS)[number]>("pack_in_hand");
  const at = typed.trim() !== "" ? -1 : sellable.findIndex(({ lot }) => lot === chosen);
  const picked = sellable[at];
  const isRight = typed.trim() !== "" || picked !== undefined;
  const pick = (lot: LotView | undefined) => {
    if (lot === undefined || lot.block !== null) return;
    setTyped("");
    setChosen(lot.lot);
  };
  const set = () => {
    if (!isRight) return;
    onClose();
    void run("choose_lot", { lineNo: line.lineNo, lot: typed.trim() !== "" ? typed.trim() : (picked?.lot ?? null), reason });
  };
  return (
    <Dialog
      title={t("lot.which")}
      onClose={onClose}
      width={640}
      testid="lot-dialog"
      acts={[
        { id: "lot.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => pick(sellable[Math.max(0, at - 1)]) },
        { id: "lot.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => pick(sellable[Math.min(sellable.length - 1, at + 1)]) },
        ...REASONS.map((code, index) => ({ id: `lot.${code}`, key: `Alt+${index + 1}`, label: t(`reason.lot.${code}`), quiet: true, run: () => setReason(code) })),
        { id: "lot.set", key: "Enter", label: t("act.choose"), main: true, disabled: !isRight, run: set },
      ]}
    >
      <p className={styles.about}>
        <b>{keepStrength(line.name)}</b> · {line.pack}
      </p>
      {product.isPending && <Loading rows={2} />}
      {product.isError && <Failed error={product.error} again={() => void product.refetch()} />}
      {lots.length > 0 && (
        <ul className={styles.rows} style={{ maxHeight: 232 }} role="listbox" aria-label={t("product.lots")}>
          {lots.map((lot) => (
            <li role="presentation" key={lot.lot ?? ""}>
              <LotRow lot={lot} isPicked={lot === picked} onPick={() => pick(lot)} />
            </li>
          ))}
        </ul>
      )}
      <TextInput
        data-autofocus
        data-testid="lot-field"
        label={t(lots.length === 0 ? "lot.onPack" : "lot.another")}
        maxLength={60}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Choices
        label={t("lot.why")}
        choices={REASONS.map((value, index) => ({ value, label: t(`reason.lot.${value}`), keyName: `Alt+${index + 1}` }))}
        chosen={reason}
        onChoose={setReason}
        columns={2}
        testid="lot-reason"
      />
    </Dialog>
  );
}

/** A lot with its expiry and packs; one that must not be sold says why and cannot be chosen. */
function LotRow({ lot: { lot, expiry, packs, block, isExpiringSoon }, isPicked, onPick }: { lot: LotView; isPicked: boolean; onPick: () => void }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      role="option"
      aria-selected={isPicked}
      aria-disabled={block !== null}
      ref={isPicked ? inSight : undefined}
      className={styles.row}
      data-testid="lot-row"
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      <span className={styles.name}>
        <span className={styles.title}>{lot ?? t("line.lotUnknown")}</span>
        <span className={styles.sub}>
          {expiry !== null && t("line.expiry", { date: formatExpiry(expiry) })}
          {block !== null && <em className={styles.block}> · {t("lot.mustNot", { why: blockWords(block) })}</em>}
          {block === null && isExpiringSoon && expiry !== null && <em className={styles.warn}> · ⚠ {daysLeftWords(daysUntil(expiry, isoDate(Date.now())))}</em>}
        </span>
      </span>
      <span className={styles.stock}>{t("product.onHand", { packs: formatCount(packs) })}</span>
    </button>
  );
}
