import { useState } from "react";
import type { DrawerRow, ReportView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Failed, Loading } from "../../parts/states";
import { CashDesk } from "../cash/CashDesk";
import { Close } from "./Close";
import { Closed } from "./Closed";
import { Count } from "./Count";
import { OpenDrawer } from "./OpenDrawer";
import { Part } from "./Part";
import { Session } from "./Session";

/** The day of the drawer: open, move cash, count, close. */
export function Drawer() {
  const drawer = useAsk("drawer", {});
  const may = useMay("drawer");
  const [isCounting, setCounting] = useState(false);
  // Counted, and yet cash is moved once more: back from the close to the session.
  const [isBack, setBack] = useState(false);
  // All cash of the branch instead of this drawer; with the transfer that is looked at first.
  const [branch, setBranch] = useState<{ aim: string | null } | null>(null);
  // A drawer that is counted elsewhere, of which a part is counted here.
  const [along, setAlong] = useState<DrawerRow | null>(null);
  // The Z that was just made stays on the screen until the person is done with it.
  const [z, setZ] = useState<ReportView | null>(null);

  const toBranch = (aim: string | null = null) => setBranch({ aim });

  // While the drawer is still read its key works already.
  useKeys(branch === null && along === null && drawer.data === undefined ? [{ id: "drawer.branch", key: "F10", label: t("cash.title"), run: () => toBranch() }] : []);

  if (branch !== null) return <CashDesk aim={branch.aim} onBack={() => setBranch(null)} />;
  if (along !== null) return <Part drawer={along} onBack={() => setAlong(null)} />;
  if (z !== null) return <Closed z={z} onDone={() => setZ(null)} />;
  if (drawer.data === undefined) {
    return drawer.isError ? <Failed error={drawer.error} again={() => void drawer.refetch()} /> : <Loading rows={8} />;
  }
  const { state } = drawer.data;
  if (state === "closed") return <OpenDrawer drawer={drawer.data} onBranch={toBranch} onAlong={setAlong} onZ={setZ} />;
  if (may && isCounting) {
    const leave = () => setCounting(false);
    const counted = () => {
      setBack(false);
      leave();
    };
    return <Count session={drawer.data} onCounted={counted} onBack={leave} />;
  }
  if (may && drawer.data.count !== null && !isBack) {
    return (
      <Close
        cashSessionId={drawer.data.cashSessionId ?? ""}
        movements={drawer.data.movements}
        isWaiting={drawer.data.transfers.length > 0}
        count={drawer.data.count}
        onRecount={() => setCounting(true)}
        onBack={() => setBack(true)}
        onClosed={(report) => {
          setZ(report);
          setCounting(false);
        }}
      />
    );
  }
  return <Session drawer={drawer.data} onCount={() => setCounting(true)} onClose={() => setBack(false)} onBranch={toBranch} onAlong={setAlong} />;
}
