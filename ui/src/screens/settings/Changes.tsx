import type { SettingChange, SettingValue } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatMoment, formatMoney } from "../../format";
import { type MessageKey, t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Failed, Loading } from "../../parts/states";
import styles from "./Settings.module.css";

/** What each setting is called where it is set. */
const NAMES: Record<string, MessageKey> = {
  letterhead: "setup.letterhead",
  over_short_tolerance_minor: "settings.tolerance",
  blind_count: "settings.blind",
  opening_float_minor: "settings.float",
  lock_after_min: "settings.lock",
  approval_min: "settings.approval",
  second_person_accepts: "settings.secondAccepts",
  second_person_signs: "settings.secondSigns",
  drawer_for_one_person: "settings.onePerson",
  second_person_recounts: "settings.secondRecounts",
  logo: "settings.logo",
  tax_no: "settings.taxNo",
  company_no: "settings.companyNo",
};

/** Who set what when, and what held before. */
export function Changes({ onClose }: { onClose: () => void }) {
  const changes = useAsk("setting_changes", {});
  // A number is called what it is called on paper.
  const wanted = useAsk("settings", {}).data?.wantedNos ?? [];
  return (
    <Dialog title={t("settings.changes")} onClose={onClose} width={880} testid="setting-changes">
      {changes.data === undefined ? (
        changes.isError ? <Failed error={changes.error} again={() => void changes.refetch()} /> : <Loading rows={4} />
      ) : changes.data.length === 0 ? (
        <p className={layout.muted}>{t("settings.neverChanged")}</p>
      ) : (
        <div className={styles.changes} tabIndex={0} role="region" aria-label={t("settings.changes")}>
          <table className={layout.table}>
            <thead>
              <tr>
                <th>{t("settings.when")}</th>
                <th>{t("settings.what")}</th>
                <th>{t("settings.before")}</th>
                <th>{t("settings.after")}</th>
              </tr>
            </thead>
            <tbody>
              {changes.data.map((change, at) => (
                <Row key={at} change={change} name={wanted.find(({ setting }) => setting === change.setting)?.name ?? nameOf(change.setting)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  );
}

function nameOf(setting: string): string {
  const name = NAMES[setting];
  return name === undefined ? setting : t(name);
}

function Row({ change, name }: { change: SettingChange; name: string }) {
  return (
    <tr data-testid="setting-change">
      <td>
        {formatMoment(change.atMs)}
        <small className={styles.by}>{change.person}</small>
      </td>
      <td>{name}</td>
      <td className={layout.muted}>{isNone(change.setting, change.before) ? "–" : valueOf(change.setting, change.before)}</td>
      <td>{valueOf(change.setting, change.after)}</td>
    </tr>
  );
}

/** Without a logo before there was nothing to take away. */
const isNone = (setting: string, { isOn }: SettingValue) => setting === "logo" && isOn === false;

function valueOf(setting: string, { isOn, amountMinor, minutes, lines }: SettingValue): string {
  if (setting === "logo") return t(isOn === true ? "settings.logoSet" : "settings.logoRemoved");
  if (isOn !== null) return t(isOn ? "settings.yes" : "settings.no");
  if (amountMinor !== null) return formatMoney(amountMinor);
  if (minutes !== null) return setting === "approval_min" && minutes === 0 ? t("settings.oneAct") : t("settings.minutes", { count: minutes });
  return lines?.join("\n") || "–";
}
