import { Button, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { LogoView, SettingsView, WantedNo } from "../../backend";
import { useAct } from "../../backend/queries";
import { editableAmount, formatMoney, parseAmount, parseCount } from "../../format";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { lines } from "../setup/answers";
import { Changes } from "./Changes";
import { Logo, LogoPicture } from "./Logo";
import styles from "./Settings.module.css";

const MOST_LINES = 6;

/** Characters of a row on paper. */
const LONGEST_NO = 42;

/** Minutes without a sign of life, and of an approval. */
const LOCK = { least: 1, most: 60 };
const APPROVAL = { least: 0, most: 30 };
type Range = typeof LOCK;

/** Whole minutes within a range; null where it is none. */
function parseMinutes(text: string, { least, most }: Range): number | null {
  const minutes = parseCount(text);
  return minutes !== null && minutes >= least && minutes <= most ? minutes : null;
}

/** What holds for the whole branch: the head of its papers, the rules of its drawers and of its people. */
export function Branch({ settings }: { settings: SettingsView }) {
  const [isLooking, setLooking] = useState(false);
  const look = () => setLooking(true);
  useKeys([{ id: "settings.changes", key: "F5", label: t("settings.changes"), run: look }]);
  return (
    <section className={styles.card} data-testid="settings-branch">
      <div className={styles.head}>
        <h2>{t("settings.branch")}</h2>
        <Button variant="default" onClick={look} rightSection={<Kbd>F5</Kbd>} data-testid="to-setting-changes">
          {t("settings.changes")}
        </Button>
      </div>
      {useMay("settings") ? <Change settings={settings} /> : <AsItIs settings={settings} />}
      {isLooking && <Changes onClose={() => setLooking(false)} />}
    </section>
  );
}

/** To be read, for who does not decide about it. */
function AsItIs({ settings }: { settings: SettingsView }) {
  const minutes = (count: number) => t("settings.minutes", { count });
  return (
    <>
      <Facts
        facts={[
          [t("setup.letterhead"), <span style={{ whiteSpace: "pre-line" }}>{settings.letterhead.join("\n")}</span>],
          ...(settings.logo === null ? [] : [[t("settings.logo"), <LogoPicture logo={settings.logo} />] as const]),
          ...settings.wantedNos.map((wanted) => [wanted.name, settings[fieldOf(wanted)] === "" ? t("settings.noMissing") : settings[fieldOf(wanted)]] as const),
          [t("settings.float"), formatMoney(settings.openingFloatMinor)],
          [t("settings.tolerance"), formatMoney(settings.overShortToleranceMinor)],
          [t("settings.lock"), minutes(settings.lockAfterMin)],
          [t("settings.approval"), settings.approvalMin === 0 ? t("settings.oneAct") : minutes(settings.approvalMin)],
          [t("settings.blind"), t(settings.blindCount ? "settings.yes" : "settings.no")],
          [t("settings.secondAccepts"), t(settings.secondPersonAccepts ? "settings.yes" : "settings.no")],
          [t("settings.onePerson"), t(settings.drawerForOnePerson ? "settings.yes" : "settings.no")],
          [t("settings.secondSigns"), t(settings.secondPersonSigns ? "settings.yes" : "settings.no")],
          [t("settings.secondRecounts"), t(settings.secondPersonRecounts ? "settings.yes" : "settings.no")],
        ]}
      />
      <p className={layout.muted}>{t("may.managers")}</p>
    </>
  );
}

/** Where the settings keep a number that the law wants. */
const fieldOf = ({ setting }: WantedNo): "taxNo" | "companyNo" => (setting === "tax_no" ? "taxNo" : "companyNo");

function Change({ settings }: { settings: SettingsView }) {
  const [letterhead, setLetterhead] = useState(settings.letterhead.join("\n"));
  const [logo, setLogo] = useState<LogoView | null>(settings.logo);
  const [nos, setNos] = useState({ taxNo: settings.taxNo, companyNo: settings.companyNo });
  const [tolerance, setTolerance] = useState(editableAmount(settings.overShortToleranceMinor));
  const [float, setFloat] = useState(editableAmount(settings.openingFloatMinor));
  const [isBlind, setBlind] = useState(settings.blindCount);
  const [secondAccepts, setSecondAccepts] = useState(settings.secondPersonAccepts);
  const [onePerson, setOnePerson] = useState(settings.drawerForOnePerson);
  const [secondSigns, setSecondSigns] = useState(settings.secondPersonSigns);
  const [secondRecounts, setSecondRecounts] = useState(settings.secondPersonRecounts);
  const [lock, setLock] = useState(String(settings.lockAfterMin));
  const [approval, setApproval] = useState(String(settings.approvalMin));
  const saving = useAct("save_settings");

  const overShortToleranceMinor = parseAmount(tolerance);
  const openingFloatMinor = parseAmount(float);
  const lockAfterMin = parseMinutes(lock, LOCK);
  const approvalMin = parseMinutes(approval, APPROVAL);
  const isTooLong = lines(letterhead).length > MOST_LINES;
  const next: SettingsView | null =
    overShortToleranceMinor === null || overShortToleranceMinor < 0 || openingFloatMinor === null || openingFloatMinor < 0 || lockAfterMin === null || approvalMin === null || isTooLong
      ? null
      : { ...settings, letterhead: lines(letterhead), logo, taxNo: nos.taxNo.trim(), companyNo: nos.companyNo.trim(), overShortToleranceMinor, openingFloatMinor, lockAfterMin, approvalMin, blindCount: isBlind, secondPersonAccepts: secondAccepts, secondPersonSigns: secondSigns, secondPersonRecounts: secondRecounts, drawerForOnePerson: onePerson };
  const isChanged = next !== null && JSON.stringify(next) !== JSON.stringify(settings);
  const save = () => {
    if (isChanged && !saving.isPending) saving.mutate(next);
  };
  useKeys([{ id: "settings.save", key: "F12", label: t("act.save"), run: save, main: true, disabled: !isChanged }]);

  return (
    <>
      <Textarea
        label={t("setup.letterhead")}
        description={t(settings.wantedNos.length === 0 ? "setup.letterheadHint" : "settings.letterheadHint")}
        value={letterhead}
        onChange={(event) => setLetterhead(event.currentTarget.value)}
        error={isTooLong ? t("setup.trouble.tooManyLines") : undefined}
        autosize
        minRows={3}
        maxRows={6}
        data-testid="settings-letterhead"
      />
      {settings.wantedNos.map((wanted) => {
        const field = fieldOf(wanted);
        return <No key={field} name={wanted.name} text={nos[field]} onText={(text) => setNos({ ...nos, [field]: text })} onEnter={save} testid={`settings-${wanted.setting}`} />;
      })}
      <Logo logo={logo} onChange={setLogo} />
      <div className={layout.two}>
        <AmountField label={t("settings.float")} text={float} onText={setFloat} onEnter={save} testid="settings-float" />
        <AmountField label={t("settings.tolerance")} text={tolerance} onText={setTolerance} onEnter={save} testid="settings-tolerance" />
        <Minutes label={t("settings.lockAfter")} hint={t("settings.lockAfterHint")} range={LOCK} text={lock} onText={setLock} onEnter={save} testid="settings-lock" />
        <Minutes label={t("settings.approvalHolds")} hint={t("settings.approvalHoldsHint")} range={APPROVAL} text={approval} onText={setApproval} onEnter={save} testid="settings-approval" />
      </div>
      <YesNo label={t("settings.blind")} hint={t("settings.blindHint")} isOn={isBlind} onChange={setBlind} testid="settings-blind" />
      <YesNo label={t("settings.onePerson")} hint={t("settings.onePersonHint")} isOn={onePerson} onChange={setOnePerson} testid="settings-one-person" />
      <YesNo label={t("settings.secondAccepts")} hint={t("settings.secondAcceptsHint")} isOn={secondAccepts} onChange={setSecondAccepts} testid="settings-second-accepts" />
      <YesNo label={t("settings.secondSigns")} hint={t("settings.secondSignsHint")} isOn={secondSigns} onChange={setSecondSigns} testid="settings-second-signs" />
      <YesNo label={t("settings.secondRecounts")} hint={t("settings.secondRecountsHint")} isOn={secondRecounts} onChange={setSecondRecounts} testid="settings-second-recounts" />
      <Refusal error={saving.error} />
      <div className={layout.acts}>
        <Button onClick={save} disabled={!isChanged} loading={saving.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="settings-save">
          {t("act.save")}
        </Button>
        {saving.isSuccess && !isChanged && <Notice tone="plain">{t("settings.saved")}</Notice>}
      </div>
    </>
  );
}

type YesNoProps = { label: string; hint: string; isOn: boolean; onChange: (isOn: boolean) => void; testid: string };

function YesNo({ label, hint, isOn, onChange, testid }: YesNoProps) {
  return <Switch size="md" label={label} description={hint} checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} data-testid={testid} />;
}

type NoProps = { name: string; text: string; onText: (text: string) => void; onEnter: () => void; testid: string };

/** A number that the law wants on receipts; what is said of it takes the same room with and without it. */
function No({ name, text, onText, onEnter, testid }: NoProps) {
  const isMissing = text.trim() === "";
  return (
    <TextInput
      label={name}
      description={
        <span data-tone={isMissing ? "waits" : undefined} className={styles.wanted} data-testid={`${testid}-hint`}>
          {t(isMissing ? "settings.noMissing" : "settings.noHint")}
        </span>
      }
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={text}
      maxLength={LONGEST_NO}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onEnter();
      }}
      data-testid={testid}
    />
  );
}

type MinutesProps = { label: string; hint: string; range: Range; text: string; onText: (text: string) => void; onEnter: () => void; testid: string };

function Minutes({ label, hint, range, text, onText, onEnter, testid }: MinutesProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={text}
      inputMode="numeric"
      maxLength={2}
      styles={{ input: { textAlign: "right" } }}
      autoComplete="off"
      error={parseMinutes(text, range) === null ? t("settings.outOfRange", range) : undefined}
      onChange={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onEnter();
      }}
      data-testid={testid}
    />
  );
}
