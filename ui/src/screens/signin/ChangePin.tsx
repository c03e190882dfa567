import { useState } from "react";
import { useAct } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { ChooseSecret, Secret } from "./Secret";

/** Whoever is on duty chooses another PIN: first the present one, since a till may be left alone, then the new one. */
export function ChangePin({ onClose }: { onClose: () => void }) {
  const { person } = useDuty();
  const [given, setGiven] = useState<string | null>(null);
  const changing = useAct("change_secret", onClose);
  const shared = { person, layer: "dialog", error: changing.error, isBusy: changing.isPending } as const;
  const change = (secret: string, newSecret: string) =>
    changing.mutate({ secret, newSecret }, { onError: ({ code }) => setGiven(ABOUT_PRESENT.includes(code) ? null : secret) });
  return (
    <Dialog title={t("signIn.changePin")} onClose={onClose} width={560} bare testid="change-pin">
      {given === null ? (
        <Secret
          {...shared}
          lead={t("signIn.presentPin")}
          label={t("act.goOn")}
          onGive={(secret) => {
            changing.reset();
            setGiven(secret);
          }}
          onBack={onClose}
        />
      ) : (
        <ChooseSecret {...shared} onChoose={(secret) => change(given, secret)} onBack={() => setGiven(null)} />
      )}
    </Dialog>
  );
}

/** What is wrong with the present PIN, and not with the new one. */
const ABOUT_PRESENT = ["secret_wrong", "too_many_tries"];
