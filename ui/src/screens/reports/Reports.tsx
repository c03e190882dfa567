import { useState } from "react";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Tabs } from "../../parts/Tabs";
import { Day } from "./Day";
import { lastDayOf } from "./date";
import { Month } from "./Month";
import { OverShortOverTime } from "./OverShort";
import { People } from "./People";
import { SaveFiles } from "./SaveFiles";
import { X } from "./X";
import { ZReports } from "./ZReports";

const ALL = [
  { view: "day", key: "F2" },
  { view: "x", key: "F3" },
  { view: "z", key: "F6" },
  { view: "people", key: "F7" },
  { view: "overShort", key: "F5" },
  { view: "month", key: "Shift+F5" },
] as const;
type View = (typeof ALL)[number]["view"];

/** What shows who did what, for who may see it. */
const BY_PERSON: readonly View[] = ["people", "overShort", "month"];

/**
 * The figures of a day, of the open session (X), of every closed one (Z); what people did, what closes came to over
 * time and month by month, for who may see it; and the way to save all of it as files.
 */
export function Reports() {
  const { status } = useDuty();
  const seesPeople = useMay("see_people");
  const mayExport = useMay("export");
  const views = ALL.filter((each) => !BY_PERSON.includes(each.view) || seesPeople);
  const [chosen, setView] = useState<View>("day");
  const [month, setMonth] = useState(status.businessDate.slice(0, 7));
  const [isSaving, setSaving] = useState(false);
  // Another person may see less.
  const view = views.some((each) => each.view === chosen) ? chosen : "day";
  useKeys(
    views.filter((each) => each.view !== view).map(({ view: each, key }) => ({
      id: `reports.${each}`,
      key,
      label: t(`reports.view.${each}`),
      run: () => setView(each),
      // Its tab shows the key, and the bar has room for what is done with the view.
      quiet: true,
    })),
  );
  useKeys([{ id: "reports.save", key: "Ctrl+S", label: t("export.act"), run: () => setSaving(true), disabled: !mayExport }]);
  const proposed = view === "month" ? month : status.businessDate.slice(0, 7);
  const last = lastDayOf(proposed);
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
        {view === "overShort" && <OverShortOverTime />}
        {view === "month" && <Month month={month} onMonth={setMonth} />}
      </div>
      {isSaving && <SaveFiles of={{ from: `${proposed}-01`, to: last < status.businessDate ? last : status.businessDate }} onClose={() => setSaving(false)} />}
    </div>
  );
}
