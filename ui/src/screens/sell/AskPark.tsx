import { TextInput } from "@mantine/core";
import { useState } from "react";
import { newId } from "../../backend/ids";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import type { RunBasket } from "./useBasket";

/** F3: puts the basket aside under a name; it survives a restart. */
export function AskPark({ run, onClose }: { run: RunBasket; onClose: () => void }) {
  const [label, setLabel] = useState("");
  const park = () => {
    onClose();
    void run("park", { askId: newId(), label: label.trim() });
  };
  return (
    <Dialog title={t("park.title")} onClose={onClose} acts={[{ id: "park.do", key: "Enter", label: t("sell.park"), main: true, run: park }]}>
      <TextInput data-autofocus data-testid="park-label" label={t("park.label")} placeholder={t("park.example")} maxLength={60} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
    </Dialog>
  );
}
