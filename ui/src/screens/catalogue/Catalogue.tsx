import { useState } from "react";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Tabs } from "../../parts/Tabs";
import { Expiry } from "../lots/Expiry";
import { Recalls } from "../lots/Recalls";
import { ForManager } from "./ForManager";
import { Import } from "./Import";
import { Products } from "./Products";

const ALL = [
  { view: "products", key: "F2" },
  { view: "expiry", key: "F10" },
  { view: "recalls", key: "F11" },
  { view: "manager", key: "F9" },
  { view: "import", key: "F7" },
] as const;
type View = (typeof ALL)[number]["view"];

/** Every product; what expires, and what must not be sold; what was sold without or against the catalogue; and importing a new release. */
export function Catalogue() {
  const imports = useMay("import");
  const views = ALL.filter((each) => each.view !== "import" || imports);
  const [chosen, setView] = useState<View>("products");
  // Another person may do less.
  const view = views.some((each) => each.view === chosen) ? chosen : "products";
  const [productId, setProductId] = useState<string | null>(null);
  useKeys(
    // The key of the view that is shown is left to the view itself: F2 finds among the products.
    views.filter((each) => each.view !== view).map(({ view: each, key }) => ({
      id: `catalogue.${each}`,
      key,
      label: t(`catalogue.view.${each}`),
      // Its tab shows the key.
      quiet: true,
      run: () => setView(each),
    })),
  );
  const show = (id: string) => {
    setProductId(id);
    setView("products");
  };
  return (
    <div className={layout.views}>
      <Tabs
        label={t("screen.catalogue")}
        tabs={views.map(({ view: each, key }) => ({ value: each, label: t(`catalogue.view.${each}`), key }))}
        chosen={view}
        onChoose={setView}
        testid="catalogue-view"
      />
      <div className={layout.view}>
        {view === "products" && <Products shown={productId} onShow={setProductId} />}
        {view === "expiry" && <Expiry onShow={show} />}
        {view === "recalls" && <Recalls onShow={show} />}
        {view === "manager" && <ForManager onShow={show} />}
        {view === "import" && <Import />}
      </div>
    </div>
  );
}
