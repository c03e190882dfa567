import { useEffect, useState } from "react";
import type { StaffView } from "../../backend";
import { useAct } from "../../backend/queries";
import type { Layer } from "../../keys/registry";
import { t } from "../../messages/messages";
import { ChooseSecret, Secret } from "./Secret";

type Props = {
  person: StaffView;
  layer: Layer;
  onBack: () => void;
  onDone?: () => void;
};

/** One person signs in: with their PIN, and with a new one where they have none of their own yet. */
export function Prove({ person, layer, onBack, onDone }: Props) {
  const [given, setGiven] = useState("");
  const [isChoosing, setChoosing] = useState(false);
  const signIn = useAct("sign_in", onDone);
  const { mutate: askFirst, error: noSecret } = useAct("sign_in", onDone);
  // Whoever has no PIN here hears at once what is to be done: an owner may choose the first, others are given one,
  // and on a till that has just joined they are still on their way.
  useEffect(() => {
    if (person.hasSecret) return;
    askFirst(
      { staffId: person.staffId, secret: "", newSecret: null },
      { onError: ({ code }) => setChoosing(code === "secret_to_choose") },
    );
  }, [askFirst, person]);
  const give = (secret: string, newSecret: string | null) => {
    setGiven(secret);
    signIn.mutate(
      { staffId: person.staffId, secret, newSecret },
      { onError: ({ code }) => setChoosing(code === "secret_to_choose" || (newSecret !== null && CHOOSE_AGAIN.includes(code))) },
    );
  };
  const shared = { person, layer, error: signIn.error ?? noSecret, isBusy: signIn.isPending, onBack };
  if (isChoosing) return <ChooseSecret {...shared} onChoose={(secret) => give(given, secret)} />;
  return <Secret {...shared} label={t("signIn.do")} onGive={(secret) => give(secret, null)} />;
}

/** What is wrong with the new PIN, and not with the one before. */
const CHOOSE_AGAIN = ["secret_malformed", "secret_too_short", "secret_easy", "secret_same"];
