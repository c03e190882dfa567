import { useState } from "react";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Tabs } from "../../parts/Tabs";
import { Day } from "./Day";
import { People } from "./People";
import { X } from "./X";
import { ZReports } from "./ZReports";

const ALL = [
  { view: "day", key: "F2" },
  { view: "x", key: "F3" },
  { view: "z", key: "F6" },
  { view: "people", key: "F7" },
] as const;
type View = (typeof ALL)[number]["view"];

/** The figures of a day, of the open session (X), of every closed one (Z), and what people did, for who may see it. */
export function Reports() {
  const seesPeople = useMay("see_people");
  const views = ALL.filter((each) => each.view !== "people" || seesPeople);
  const [chosen, setView] = useState<View>("day");
  // Another person may see less.
  const view = views.some((each) => each.view === chosen) ? chosen : "day";
  useKeys(
    views.filter((each) => each.view !== view).map(({ view: each, key }) => ({
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
        tabs={views.map(({ view: each, key }) => ({ value: each, label: t(`reports.view.${each}`), key }))}
        chosen={view}
        onChoose={setView}
        testid="reports-view"
      />
      <div className={layout.view}>
        {view === "day" && <Day />}
        {view === "x" && <X />}
        {view === "z" && <ZReports />}
        {view === "people" && <People />}
      </div>
    </div>
  );
}
