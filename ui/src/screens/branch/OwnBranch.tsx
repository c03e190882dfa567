import { useState } from "react";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Branch } from "./Branch";
import { OpenInBrowser } from "./OpenInBrowser";

/** The branch of this till, and the way to look at it from elsewhere. */
export function OwnBranch() {
  const { status, till } = useDuty();
  const place = usePlace();
  const [isOpening, setOpening] = useState(false);
  const canOpen = useMay("see_people") && status.sync.hasServer && !status.practice;
  useKeys([
    { id: "branch.browser", key: "F9", label: t("view.open"), run: () => setOpening(true), disabled: !canOpen },
    { id: "branch.back", key: "Escape", label: t("act.back"), run: () => place.go("sell"), quiet: true },
  ]);
  return (
    <>
      <Branch of={{}} currency={till.currency} go={place.go} />
      {isOpening && <OpenInBrowser address={status.sync.address ?? ""} onClose={() => setOpening(false)} />}
    </>
  );
}
