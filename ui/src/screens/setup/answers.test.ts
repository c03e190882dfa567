import { describe, expect, it } from "vitest";
import { type Answers, asBackup, asSetUp, EMPTY, type Step, troubleOf, type Trouble } from "./answers";

const check = (step: Step, part: Partial<Answers>, trouble: Trouble) =>
  expect(troubleOf(step, { ...EMPTY, ...part })).toEqual(trouble);

describe("a step of the wizard", () => {
  it("needs a name for the pharmacy, and takes six lines of letterhead", () => {
    check("pharmacy", {}, { pharmacyName: "needed" });
    check("pharmacy", { pharmacyName: "Am Markt", letterhead: "1\n2\n3\n4\n5\n6\n" }, {});
    check("pharmacy", { pharmacyName: "Am Markt", letterhead: "1\n2\n3\n4\n5\n6\n7" }, { letterhead: "tooManyLines" });
  });

  it("needs a country and a till number from 1 to 999", () => {
    check("country", { country: "DE", tillNo: "0" }, { tillNo: "tillNo" });
    check("country", { country: "DE", tillNo: "1000" }, { tillNo: "tillNo" });
    check("country", { tillNo: "999" }, { country: "needed" });
    check("country", { country: "DE", tillNo: "1" }, {});
  });

  it("needs an owner with a PIN typed twice", () => {
    const owner = (name: string) => [{ name, role: "owner", secret: null }];
    const pin = { ownerPin: "73915482", ownerPinAgain: "73915482" };
    check("staff", { staff: [...owner(" "), { name: "Ben", role: "assistant", secret: null }], ...pin }, { staff: "needed" });
    check("staff", { staff: owner("Anna"), ...pin }, {});
    check("staff", { staff: owner("Anna"), ...pin, ownerPinAgain: "7391548" }, { ownerPinAgain: "notTheSame" });
    check("staff", { staff: owner("Anna"), ownerPin: "7391548", ownerPinAgain: "7391548" }, { ownerPin: "tooShort" });
  });

  it("takes no backup, or one with a folder and a passphrase typed twice", () => {
    check("backup", {}, {});
    check("backup", { passphrase: "correct horse battery", passphraseAgain: "correct horse battery" }, { backupFolder: "needed" });
    check("backup", { backupFolder: "/media/stick" }, { passphrase: "tooShort" });
    check("backup", { backupFolder: "/media/stick", passphrase: "12345678901" }, { passphrase: "tooShort" });
    check("backup", { backupFolder: "/media/stick", passphrase: "123456789012", passphraseAgain: "x" }, { passphraseAgain: "notTheSame" });
    check("backup", { backupFolder: "/media/stick", passphrase: "123456789012", passphraseAgain: "123456789012" }, {});
  });
});

it("gives the answers without empty people, lines and folders", () => {
  const setUp = asSetUp({
    ...EMPTY,
    pharmacyName: " Am Markt ",
    letterhead: "Markt 1\n\nTel. 0\n\n",
    staff: [{ name: "Anna ", role: "owner", secret: null }, { name: "", role: "assistant", secret: null }],
    ownerPin: "73915482",
  });
  expect(setUp.pharmacyName).toBe("Am Markt");
  expect(setUp.letterhead).toEqual(["Markt 1", "", "Tel. 0"]);
  expect(setUp.staff).toEqual([{ name: "Anna", role: "owner", secret: "73915482" }]);
});

it("wants a backup only with a folder", () => {
  const typed = { ...EMPTY, passphrase: "a quiet river in autumn" };
  expect(asBackup(typed)).toBeNull();
  expect(asBackup({ ...typed, backupFolder: " /media/stick " })).toEqual({
    folder: "/media/stick",
    recoveryPassphrase: "a quiet river in autumn",
  });
});
