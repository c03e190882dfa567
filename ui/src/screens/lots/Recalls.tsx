import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { LotMarkView, ProductRow } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatDay, keepStrength } from "../../format";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { PickProduct } from "../sell/PickProduct";
import { BlockLots } from "./BlockLots";
import styles from "./Lots.module.css";
import { RecallDetail } from "./RecallDetail";
import { StateMark } from "./StateMark";
import { lotsOfMark } from "./words";

/** What must not be sold now, the newest first; the chosen one with its stock and its sales. */
export function Recalls({ onShow }: { onShow: (productId: string) => void }) {
  const may = useMay("move_stock");
  const list = useAsk("lot_marks", {});
  const [markedId, setMarkedId] = useState<string | null>(null);
  const [isPicking, setPicking] = useState(false);
  const [picked, setPicked] = useState<ProductRow | null>(null);
  const marks = list.data ?? [];
  const at = Math.max(0, marks.findIndex((mark) => mark.markedId === markedId));
  const chosen = marks[at];
  useKeys([{ id: "recalls.new", key: "F3", label: t("recalls.new"), run: () => setPicking(true), disabled: !may }]);
  const pick = (product: ProductRow) => {
    setPicking(false);
    setPicked(product);
  };
  const done = (marked: string) => {
    setPicked(null);
    setMarkedId(marked);
  };
  return (
    <div className={layout.split} data-testid="recalls">
      <div className={layout.left}>
        {may && (
          <div className={layout.head}>
            <Button onClick={() => setPicking(true)} leftSection={<IconPlus size={20} stroke={1.75} />} rightSection={<Kbd>F3</Kbd>} data-testid="recall-new">
              {t("recalls.new")}
            </Button>
          </div>
        )}
        {list.data === undefined ? (
          list.isError ? <Failed error={list.error} again={() => void list.refetch()} /> : <Loading rows={6} height={96} />
        ) : marks.length === 0 ? (
          <Empty testid="recalls-empty" title={t("recalls.none")}>
            {may && t("recalls.noneHow", { key: "F3" })}
          </Empty>
        ) : (
          <Rows
            rows={marks}
            rowKey={(mark) => mark.markedId}
            height={96}
            grows
            at={at}
            onAt={(next) => setMarkedId(marks[next]?.markedId ?? null)}
            label={t("catalogue.view.recalls")}
            testid="recall-row"
            draw={(mark) => <Brief mark={mark} />}
          />
        )}
      </div>
      {chosen !== undefined && <RecallDetail key={chosen.markedId} mark={chosen} onShow={onShow} />}
      {isPicking && <PickProduct title={t("recalls.which")} onProduct={pick} onClose={() => setPicking(false)} />}
      {picked !== null && <Block productId={picked.productId} onClose={() => setPicked(null)} onDone={done} />}
    </div>
  );
}

/** Asks which lots as soon as they are known. */
function Block({ productId, onClose, onDone }: { productId: string; onClose: () => void; onDone: (markedId: string) => void }) {
  const product = useAsk("product", { productId });
  return product.data === undefined ? null : <BlockLots product={product.data} onClose={onClose} onDone={onDone} />;
}

function Brief({ mark }: { mark: LotMarkView }) {
  return (
    <span className={styles.mark}>
      <b>{keepStrength(mark.name)}</b>
      <span className={styles.markState}>
        <StateMark reason={mark.state} />
      </span>
      <span className={styles.markLots}>{[lotsOfMark(mark), mark.reference ?? ""].filter((part) => part !== "").join(" · ")}</span>
      <span className={styles.markDay}>{formatDay(mark.atMs)}</span>
    </span>
  );
}
