import type { NewStaff, SetBackup, SetUp } from "../../backend";

export const ROLES = ["owner", "manager", "pharmacist", "technician", "assistant", "auditor"] as const;

/** What was typed in the wizard so far; a step back loses none of it. */
export type Answers = {
  pharmacyName: string;
  letterhead: string;
  country: string;
  timeZone: string;
  dayBoundaryMin: number;
  tillNo: string;
  staff: NewStaff[];
  ownerPin: string;
  ownerPinAgain: string;
  cataloguePath: string;
  backupFolder: string;
  passphrase: string;
  passphraseAgain: string;
};

export const EMPTY: Answers = {
  pharmacyName: "",
  letterhead: "",
  country: "",
  timeZone: "",
  dayBoundaryMin: 0,
  tillNo: "1",
  staff: [{ name: "", role: "owner", secret: null }],
  ownerPin: "",
  ownerPinAgain: "",
  cataloguePath: "",
  backupFolder: "",
  passphrase: "",
  passphraseAgain: "",
};

export const STEPS = ["pharmacy", "country", "staff", "catalogue", "backup", "check"] as const;
export type Step = (typeof STEPS)[number];

export const SHORTEST_PASSPHRASE = 12;
export const SHORTEST_OWNER_PIN = 8;
const MOST_LETTERHEAD_LINES = 6;

/** What is wrong with a step, by field; empty when one can go on. */
export type Trouble = Partial<Record<keyof Answers, "needed" | "tooManyLines" | "tillNo" | "tooShort" | "notTheSame">>;

export function troubleOf(step: Step, answers: Answers): Trouble {
  const trouble: Trouble = {};
  if (step === "pharmacy") {
    if (answers.pharmacyName.trim() === "") trouble.pharmacyName = "needed";
    if (lines(answers.letterhead).length > MOST_LETTERHEAD_LINES) trouble.letterhead = "tooManyLines";
  }
  if (step === "country") {
    if (answers.country === "") trouble.country = "needed";
    const tillNo = Number(answers.tillNo);
    if (!/^\d{1,3}$/.test(answers.tillNo.trim()) || tillNo < 1) trouble.tillNo = "tillNo";
  }
  if (step === "staff") {
    if ((answers.staff[0]?.name.trim() ?? "") === "") trouble.staff = "needed";
    if (answers.ownerPin.length < SHORTEST_OWNER_PIN) trouble.ownerPin = "tooShort";
    else if (answers.ownerPin !== answers.ownerPinAgain) trouble.ownerPinAgain = "notTheSame";
  }
  if (step === "backup") {
    const wanted = answers.backupFolder.trim() !== "" || answers.passphrase !== "";
    if (wanted) {
      if (answers.backupFolder.trim() === "") trouble.backupFolder = "needed";
      if (answers.passphrase.length < SHORTEST_PASSPHRASE) trouble.passphrase = "tooShort";
      else if (answers.passphrase !== answers.passphraseAgain) trouble.passphraseAgain = "notTheSame";
    }
  }
  return trouble;
}

/** Lines of the letterhead without empty ones at the end. */
export function lines(text: string): string[] {
  return text.trimEnd() === "" ? [] : text.trimEnd().split("\n").map((line) => line.trimEnd());
}

/** The answers as the system takes them; the backup is set after founding, so that it cannot spoil it. */
export function asSetUp(answers: Answers): SetUp {
  return {
    pharmacyName: answers.pharmacyName.trim(),
    letterhead: lines(answers.letterhead),
    country: answers.country,
    timeZone: answers.timeZone,
    dayBoundaryMin: answers.dayBoundaryMin,
    tillNo: Number(answers.tillNo),
    staff: answers.staff
      .map(({ name, role }, at) => ({ name: name.trim(), role, secret: at === 0 ? answers.ownerPin : null }))
      .filter(({ name }) => name !== ""),
    backupFolder: null,
    recoveryPassphrase: null,
  };
}

/** Where the backup goes; null where none is wanted. */
export function asBackup(answers: Answers): SetBackup | null {
  const folder = answers.backupFolder.trim();
  return folder === "" ? null : { folder, recoveryPassphrase: answers.passphrase };
}
