import { useState } from "react";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Tabs } from "../../parts/Tabs";
import { Day } from "./Day";
import { X } from "./X";
import { ZReports } from "./ZReports";

const VIEWS = [
  { view: "day", key: "F2" },
  { view: "x", key: "F3" },
  { view: "z", key: "F6" },
] as const;
type View = (typeof VIEWS)[number]["view"];

/** The figures of a day, of the open session (X), and of every closed one (Z). */
export function Reports() {
  const [view, setView] = useState<View>("day");
  useKeys(
    VIEWS.filter((each) => each.view !== view).map(({ view: each, key }) => ({
      id: `reports.${each}`,
      key,
      label: t(`reports.view.${each}`),
      run: () => setView(each),
    })),
  );
  return (
    <div className={layout.views}>
      <Tabs
        label={t("screen.reports")}
        tabs={VIEWS.map(({ view: each, key }) => ({ value: each, label: t(`reports.view.${each}`), key }))}
        chosen={view}
        onChoose={setView}
        testid="reports-view"
      />
      <div className={layout.view}>
        {view === "day" && <Day />}
        {view === "x" && <X />}
        {view === "z" && <ZReports />}
      </div>
    </div>
  );
}
