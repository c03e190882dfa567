import { useState } from "react";
import type { ReportView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { useMay } from "../../frame/screens";
import { Failed, Loading } from "../../parts/states";
import { Close } from "./Close";
import { Closed } from "./Closed";
import { Count } from "./Count";
import { OpenDrawer } from "./OpenDrawer";
import { Session } from "./Session";

/** The day of the drawer: open, move cash, count, close. */
export function Drawer() {
  const drawer = useAsk("drawer", {});
  const may = useMay("drawer");
  const [isCounting, setCounting] = useState(false);
  // Counted, and yet cash is moved once more: back from the close to the session.
  const [isBack, setBack] = useState(false);
  // The Z that was just made stays on the screen until the person is done with it.
  const [z, setZ] = useState<ReportView | null>(null);

  if (z !== null) return <Closed z={z} onDone={() => setZ(null)} />;
  if (drawer.data === undefined) {
    return drawer.isError ? <Failed error={drawer.error} again={() => void drawer.refetch()} /> : <Loading rows={8} />;
  }
  const { state } = drawer.data;
  if (state === "closed") return <OpenDrawer drawer={drawer.data} />;
  if (may && isCounting) {
    const leave = () => setCounting(false);
    const counted = () => {
      setBack(false);
      leave();
    };
    return <Count drawer={drawer.data} onCounted={counted} onBack={leave} />;
  }
  if (may && drawer.data.count !== null && !isBack) {
    return (
      <Close
        drawer={drawer.data}
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
  return <Session drawer={drawer.data} onCount={() => setCounting(true)} onClose={() => setBack(false)} />;
}
