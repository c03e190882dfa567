import { ActionIcon, Button, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import type { SetupOptions } from "../../backend";
import { countryName, formatDenominationIn, formatRate } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Facts } from "../../parts/Facts";
import { Choices } from "../../parts/Choices";
import { Notice } from "../../parts/Notice";
import { type Answers, lines, ROLES, SHORTEST_OWNER_PIN, SHORTEST_PASSPHRASE, type Step, type Trouble } from "./answers";
import styles from "./Setup.module.css";

type Props = {
  step: Step;
  options: SetupOptions;
  answers: Answers;
  change: (part: Partial<Answers>) => void;
  trouble: Trouble;
  onNext: () => void;
};

export function StepBody(props: Props) {
  return (
    <>
      <h1 className={styles.title}>{t(`setup.${props.step}.title`)}</h1>
      <p className={styles.lead}>{t(`setup.${props.step}.lead`)}</p>
      {props.step === "pharmacy" && <Pharmacy {...props} />}
      {props.step === "country" && <Country {...props} />}
      {props.step === "staff" && <Staff {...props} />}
      {props.step === "catalogue" && <CatalogueStep {...props} />}
      {props.step === "backup" && <Backup {...props} />}
      {props.step === "check" && <Check {...props} />}
    </>
  );
}

/** The words for what is wrong with a field. */
function said(trouble: Trouble[keyof Trouble], least = SHORTEST_PASSPHRASE): string | undefined {
  return trouble === undefined ? undefined : t(`setup.trouble.${trouble}`, { least });
}

function Pharmacy({ answers, change, trouble }: Props) {
  return (
    <>
      <TextInput
        autoFocus
        label={t("setup.pharmacyName")}
        value={answers.pharmacyName}
        maxLength={100}
        onChange={(event) => change({ pharmacyName: event.currentTarget.value })}
        error={said(trouble.pharmacyName)}
        autoComplete="off"
        data-testid="setup-name"
      />
      <Textarea
        label={t("setup.letterhead")}
        description={t("setup.letterheadHint")}
        value={answers.letterhead}
        onChange={(event) => change({ letterhead: event.currentTarget.value })}
        error={said(trouble.letterhead)}
        autosize
        minRows={3}
        maxRows={6}
        data-testid="setup-letterhead"
      />
    </>
  );
}

function Country({ options, answers, change, trouble, onNext }: Props) {
  const country = options.countries.find((each) => each.country === answers.country);
  const choose = (code: string) => {
    const chosen = options.countries.find((each) => each.country === code);
    change({ country: code, timeZone: chosen?.timeZones[0] ?? "" });
  };
  return (
    <>
      <Choices
        label={t("setup.country")}
        choices={options.countries.map((each) => ({ value: each.country, label: countryName(each.country), hint: each.currency }))}
        chosen={answers.country === "" ? null : answers.country}
        onChoose={choose}
        onEnter={onNext}
        testid="setup-country"
        columns={3}
        autoFocus
      />
      {trouble.country !== undefined && <Notice tone="amber">{said(trouble.country)}</Notice>}
      {country !== undefined && (
        <div className={styles.boxed}>
          <Facts
            testid="setup-country-facts"
            facts={[
              [t("setup.currency"), country.currency],
              [t("setup.taxes"), country.taxes.map(({ code, ratePpm }) => `${named("tax", code)} ${formatRate(ratePpm)}`).join(" · ")],
              [
                t("setup.rounding"),
                country.cashRounding === "none" ? t("setup.roundingNone") : t("setup.roundingTo", { step: formatDenominationIn(country.currency, Number(country.cashRounding)) }),
              ],
            ]}
          />
        </div>
      )}
      <div className={styles.row}>
        <NativeSelect
          label={t("setup.timeZone")}
          value={answers.timeZone}
          data={country?.timeZones ?? []}
          disabled={country === undefined}
          onChange={(event) => change({ timeZone: event.currentTarget.value })}
          data-testid="setup-time-zone"
        />
        <NativeSelect
          label={t("setup.dayBoundary")}
          value={String(answers.dayBoundaryMin)}
          data={Array.from({ length: 13 }, (_, hour) => ({ value: String(hour * 60), label: `${hour}:00` }))}
          onChange={(event) => change({ dayBoundaryMin: Number(event.currentTarget.value) })}
          data-testid="setup-day-boundary"
        />
        <TextInput
          label={t("setup.tillNo")}
          value={answers.tillNo}
          maxLength={3}
          inputMode="numeric"
          onChange={(event) => change({ tillNo: event.currentTarget.value })}
          error={said(trouble.tillNo)}
          data-testid="setup-till-no"
        />
      </div>
    </>
  );
}

function Staff({ answers, change, trouble, onNext }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const set = (at: number, part: Partial<Answers["staff"][number]>) =>
    change({ staff: answers.staff.map((person, index) => (index === at ? { ...person, ...part } : person)) });
  const focusRow = (at: number) =>
    window.setTimeout(() => list.current?.querySelector<HTMLInputElement>(`[data-testid="setup-staff-${at}"]`)?.focus(), 0);
  const add = () => {
    change({ staff: [...answers.staff, { name: "", role: "pharmacist", secret: null }] });
    focusRow(answers.staff.length);
  };
  return (
    <>
      <div ref={list} className={styles.people}>
        {answers.staff.map((person, at) => (
          // People have no id before they are founded; a row is its place in the list.
          <div key={at} className={styles.person}>
            <TextInput
              autoFocus={at === 0}
              aria-label={t("setup.staffName", { no: at + 1 })}
              placeholder={t("setup.staffPlaceholder")}
              value={person.name}
              maxLength={100}
              autoComplete="off"
              onChange={(event) => set(at, { name: event.currentTarget.value })}
              error={at === 0 ? said(trouble.staff) : undefined}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                if (at + 1 < answers.staff.length) focusRow(at + 1);
                else if (person.name.trim() === "") onNext();
                else add();
              }}
              data-testid={`setup-staff-${at}`}
            />
            {at === 0 ? (
              <span className={styles.ownerRole}>{t("role.owner")}</span>
            ) : (
              <>
                <NativeSelect
                  aria-label={t("setup.role")}
                  value={person.role}
                  data={ROLES.filter((role) => role !== "owner").map((value) => ({ value, label: named("role", value) }))}
                  onChange={(event) => set(at, { role: event.currentTarget.value })}
                  data-testid={`setup-role-${at}`}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  aria-label={t("setup.staffRemove", { name: person.name })}
                  onClick={() => change({ staff: answers.staff.filter((_, index) => index !== at) })}
                >
                  <IconX size={20} stroke={1.75} />
                </ActionIcon>
              </>
            )}
          </div>
        ))}
      </div>
      <div>
        <Button variant="default" onClick={add} leftSection={<IconPlus size={20} stroke={1.75} />} data-testid="setup-staff-add">
          {t("setup.staffAdd")}
        </Button>
      </div>
      <div className={styles.row}>
        <PasswordInput
          label={t("setup.ownerPin")}
          description={t("setup.ownerPinHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={answers.ownerPin}
          maxLength={128}
          autoComplete="new-password"
          onChange={(event) => change({ ownerPin: event.currentTarget.value })}
          error={said(trouble.ownerPin, SHORTEST_OWNER_PIN)}
          data-testid="setup-pin"
        />
        <PasswordInput
          label={t("setup.ownerPinAgain")}
          value={answers.ownerPinAgain}
          maxLength={128}
          autoComplete="new-password"
          onChange={(event) => change({ ownerPinAgain: event.currentTarget.value })}
          error={said(trouble.ownerPinAgain)}
          data-testid="setup-pin-again"
        />
      </div>
    </>
  );
}

function CatalogueStep({ answers, change }: Props) {
  return (
    <TextInput
      autoFocus
      label={t("setup.cataloguePath")}
      description={t("setup.cataloguePathHint")}
      value={answers.cataloguePath}
      onChange={(event) => change({ cataloguePath: event.currentTarget.value })}
      autoComplete="off"
      spellCheck={false}
      data-testid="setup-catalogue"
    />
  );
}

function Backup({ answers, change, trouble }: Props) {
  return (
    <>
      <TextInput
        autoFocus
        label={t("setup.backupFolder")}
        description={t("setup.backupFolderHint")}
        value={answers.backupFolder}
        onChange={(event) => change({ backupFolder: event.currentTarget.value })}
        error={said(trouble.backupFolder)}
        autoComplete="off"
        spellCheck={false}
        data-testid="setup-backup-folder"
      />
      <Notice tone="amber">{t("setup.passphraseWarning")}</Notice>
      <div className={styles.row}>
        <PasswordInput
          label={t("setup.passphrase")}
          value={answers.passphrase}
          onChange={(event) => change({ passphrase: event.currentTarget.value })}
          error={said(trouble.passphrase)}
          autoComplete="new-password"
          data-testid="setup-passphrase"
        />
        <PasswordInput
          label={t("setup.passphraseAgain")}
          value={answers.passphraseAgain}
          onChange={(event) => change({ passphraseAgain: event.currentTarget.value })}
          error={said(trouble.passphraseAgain)}
          autoComplete="new-password"
          data-testid="setup-passphrase-again"
        />
      </div>
      {answers.backupFolder.trim() === "" && answers.passphrase === "" && (
        <p className={styles.lead}>{t("setup.backupSkip")}</p>
      )}
    </>
  );
}

function Check({ answers, options }: Props) {
  const country = options.countries.find((each) => each.country === answers.country);
  const people = answers.staff.filter(({ name }) => name.trim() !== "");
  const facts: [string, string][] = [
    [t("setup.pharmacyName"), [answers.pharmacyName, ...lines(answers.letterhead)].join(", ")],
    [t("setup.country"), `${countryName(answers.country)} · ${country?.currency ?? ""} · ${answers.timeZone}`],
    [t("setup.dayBoundary"), `${answers.dayBoundaryMin / 60}:00`],
    [t("setup.tillNo"), answers.tillNo],
    [t("setup.step.staff"), people.map(({ name, role }) => `${name} (${named("role", role)})`).join(", ")],
    [t("setup.step.catalogue"), answers.cataloguePath.trim() || t("setup.catalogueNone")],
    [t("setup.step.backup"), answers.backupFolder.trim() || t("setup.backupNone")],
  ];
  return (
    <div className={styles.boxed}>
      <Facts facts={facts} testid="setup-summary" />
    </div>
  );
}
