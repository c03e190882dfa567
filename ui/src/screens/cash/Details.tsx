import { Button } from "@mantine/core";
import { useState } from "react";
import type { AcceptedView, TransferView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAskOnce } from "../../backend/queries";
import { formatAgo, formatDenomination, formatMoment, formatMoney } from "../../format";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { useWindowPrint } from "../../parts/useLogo";
import { OverShort } from "../drawer/OverShort";
import styles from "./Cash.module.css";
import { placeName } from "./places";

const REFUSE_REASONS = ["not_received", "amount_disputed", "bag_damaged", "other"] as const;

type TransferProps = { transfer: TransferView; nowMs: number; onAccept: () => void; onTakeBack: () => void };

/** Cash on its way: what is known of it, and what can be done with it here. */
export function TransferDetail({ transfer, nowMs, onAccept, onTakeBack }: TransferProps) {
  const may = useMay("move_cash");
  const once = useAskOnce();
  const [isRefusing, setRefusing] = useState(false);
  const canArrive = may && transfer.canArrive;
  const canReturn = may && transfer.canReturn;
  const paper = paperOf("transfer_slip", transfer.transferId);
  const printing = usePrintPaper();
  const { printPaper } = useWindowPrint();
  const print = () => printing.print(paper, () => void once("transfer_slip", { entryId: transfer.transferId }).then(printPaper));
  useKeys([
    { id: "transfer.accept", key: "F12", label: t("carry.accept"), run: onAccept, main: true, disabled: !canArrive },
    { id: "transfer.refuse", key: "F9", label: t("carry.refuse"), run: () => setRefusing(true), disabled: !canArrive },
    { id: "transfer.back", key: "F6", label: t("carry.takeBack"), run: onTakeBack, disabled: !canReturn },
    { id: "transfer.slip", key: "Ctrl+P", label: t("carry.slip"), run: print },
  ]);
  const { refused } = transfer;
  return (
    <div className={layout.page} data-testid="transfer-detail">
      <header>
        <h1 className={layout.title}>
          {placeName(transfer.from)} → {placeName(transfer.to)}
        </h1>
        <span className={layout.muted}>{t("carry.onItsWay", { ago: formatAgo(transfer.sentAtMs, nowMs) })}</span>
        <output className={layout.figure} data-testid="transfer-amount">
          {formatMoney(transfer.amountMinor)}
        </output>
      </header>
      {refused !== null && (
        <Notice tone="amber" testid="transfer-refused">
          {t("carry.refusedBy", { person: refused.person, reason: lookUp(`reason.refused.${refused.reason}`) ?? refused.reason })}
          {refused.note !== null && ` · ${refused.note}`}
        </Notice>
      )}
      <Facts
        facts={[
          [t("carry.sent"), `${formatMoment(transfer.sentAtMs)} · ${transfer.person}`],
          ...(transfer.bagNo === null ? [] : [[t("carry.bagNo"), transfer.bagNo] as const]),
          [t("movement.reason"), transfer.reason === null ? t("carry.fromClose") : (lookUp(`reason.sent.${transfer.reason}`) ?? transfer.reason)],
          ...(transfer.note === null ? [] : [[t("movement.noted"), transfer.note] as const]),
          ...transfer.denominations.map(({ valueMinor, count }) => [formatDenomination(valueMinor), `× ${count}`] as const),
        ]}
      />
      {!transfer.canArrive && refused === null && <Notice tone="plain">{t("carry.acceptThere", { place: placeName(transfer.to) })}</Notice>}
      <div className={styles.acts}>
        <Button size="lg" h={56} onClick={onAccept} disabled={!canArrive} rightSection={<Kbd>F12</Kbd>} data-testid="transfer-accept">
          {t("carry.accept")}
        </Button>
        <Button size="lg" h={56} variant="default" onClick={() => setRefusing(true)} disabled={!canArrive} rightSection={<Kbd>F9</Kbd>} data-testid="transfer-refuse">
          {t("carry.refuse")}
        </Button>
        <Button size="lg" h={56} variant="default" onClick={onTakeBack} disabled={!canReturn} rightSection={<Kbd>F6</Kbd>} data-testid="transfer-back">
          {t("carry.takeBack")}
        </Button>
        <Button size="lg" h={56} variant="default" onClick={print} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="transfer-slip">
          {t("carry.slip")}
        </Button>
      </div>
      <PrintAsked printing={printing} paper={paper} />
      {isRefusing && <Refuse transfer={transfer} onDone={() => setRefusing(false)} />}
    </div>
  );
}

function Refuse({ transfer, onDone }: { transfer: TransferView; onDone: () => void }) {
  const [entryId] = useState(newId);
  const [reason, setReason] = useState<(typeof REFUSE_REASONS)[number]>("not_received");
  const refusing = useAct("refuse_cash", onDone);
  const refuse = () => {
    if (!refusing.isPending) refusing.mutate({ entryId, transferId: transfer.transferId, reason, note: null });
  };
  return (
    <Dialog title={t("carry.refuse")} onClose={onDone} acts={[{ id: "refuse.do", key: "F12", label: t("carry.refuse"), run: refuse, main: true }]} testid="refuse-cash">
      <p className={layout.lead}>{t("carry.refuseLead")}</p>
      <Choices label={t("movement.reason")} choices={REFUSE_REASONS.map((value) => ({ value, label: lookUp(`reason.refused.${value}`) ?? value }))} chosen={reason} onChoose={setReason} onEnter={refuse} testid="refuse-reason" autoFocus />
      <Refusal error={refusing.error} />
    </Dialog>
  );
}

/** Cash that arrived. */
export function AcceptedDetail({ accepted }: { accepted: AcceptedView }) {
  return (
    <div className={layout.page} data-testid="accepted-detail">
      <header>
        <h1 className={layout.title}>
          {placeName(accepted.from)} → {placeName(accepted.at)}
        </h1>
        <span className={layout.muted}>{t("carry.counted")}</span>
        <output className={layout.figure}>{formatMoney(accepted.countedMinor)}</output>
      </header>
      <Facts
        facts={[
          [t("carry.sentAmount"), formatMoney(accepted.sentMinor)],
          [t("drawer.close.overShort"), <OverShort minor={accepted.overShortMinor} testid="accepted-difference" />],
          [t("carry.acceptedBy"), `${formatMoment(accepted.atMs)} · ${accepted.person}`],
          ...(accepted.note === null ? [] : [[t("movement.noted"), accepted.note] as const]),
        ]}
      />
    </div>
  );
}
