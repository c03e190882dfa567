import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { LogoView } from "../../backend";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { dotsOf, type Grays, heightOf, type Manner, pack, pictureOf, suited } from "../../parts/logo";
import layout from "../../parts/layout.module.css";
import { Notice } from "../../parts/Notice";
import { PICTURES, readPicture, type Unreadable } from "./picture";
import styles from "./Settings.module.css";

const MANNERS = ["sharp", "shaded"] as const;

type Props = { logo: LogoView | null; onChange: (logo: LogoView | null) => void };

/** The picture above the letterhead: chosen, dragged in or pasted, and shown dot by dot as it comes out on paper. */
export function Logo({ logo, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // What was chosen last: it can still be made black and white in the other manner.
  const [grays, setGrays] = useState<Grays | null>(null);
  const [manner, setManner] = useState<Manner>("sharp");
  const [trouble, setTrouble] = useState<Unreadable | "empty" | null>(null);
  const [isOver, setOver] = useState(false);

  const draw = (from: Grays, how: Manner) => {
    const packed = pack(dotsOf(from, how));
    setTrouble(packed === null ? "empty" : null);
    if (packed === null) return;
    setGrays(from);
    setManner(how);
    onChange(packed);
  };
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    const read = await readPicture(file);
    if (typeof read === "string") setTrouble(read);
    else draw(read, suited(read.grays));
  };
  const remove = () => {
    setGrays(null);
    setTrouble(null);
    onChange(null);
    button.current?.focus();
  };
  const choose = () => field.current?.click();
  usePasted((file) => void take(file));
  useKeys([
    { id: "settings.logo", label: t("settings.logoChoose"), run: choose },
    { id: "settings.noLogo", label: t("settings.logoRemove"), run: remove, disabled: logo === null },
  ]);
  return (
    <div
      className={styles.logo}
      role="group"
      aria-label={t("settings.logo")}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
      data-testid="settings-logo"
    >
      <span className={styles.logoLabel}>{t("settings.logo")}</span>
      <span className={styles.logoHint}>{t("settings.logoHint")}</span>
      <div className={styles.logoParts}>
        <LogoPicture logo={logo} />
        <div className={styles.logoActs}>
          <input
            ref={field}
            type="file"
            accept={PICTURES.join(",")}
            hidden
            onChange={({ currentTarget }) => {
              void take(currentTarget.files?.[0]);
              // The same file can be chosen again.
              currentTarget.value = "";
            }}
            data-testid="logo-file"
          />
          <Button ref={button} variant="default" onClick={choose} data-testid="logo-choose">
            {t("settings.logoChoose")}
          </Button>
          <Button variant="default" onClick={remove} disabled={logo === null} data-testid="logo-remove">
            {t("settings.logoRemove")}
          </Button>
        </div>
      </div>
      {grays !== null && (
        <Choices
          label={t("settings.logoManner")}
          choices={MANNERS.map((value) => ({ value, label: t(`settings.logoManner.${value}`), hint: t(`settings.logoMannerHint.${value}`) }))}
          chosen={manner}
          onChoose={(how) => draw(grays, how)}
          columns={2}
          testid="logo-manner"
        />
      )}
      {trouble !== null && (
        <Notice tone="red" testid="logo-trouble">
          {t(`settings.logoTrouble.${trouble}`)}
        </Notice>
      )}
    </div>
  );
}

/** A piece of paper with the logo, each dot a pixel; with words where there is none. */
export function LogoPicture({ logo }: { logo: LogoView | null }) {
  return (
    <div className={styles.logoPaper} data-testid="logo-paper">
      {logo === null ? (
        <p className={layout.muted}>{t("settings.logoNone")}</p>
      ) : (
        <img src={pictureOf(logo)} width={logo.width} height={heightOf(logo)} alt={t("settings.logoAlt")} data-testid="logo-picture" />
      )}
    </div>
  );
}

/** Takes a picture that is pasted anywhere on the screen; words that are pasted with it belong to the field they go to. */
function usePasted(take: (file: File) => void): void {
  const newest = useRef(take);
  useEffect(() => {
    newest.current = take;
  });
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      const hasWords = event.clipboardData?.types.includes("text/plain") === true;
      if (file === undefined || hasWords || document.querySelector("[role=dialog]") !== null) return;
      event.preventDefault();
      newest.current(file);
    };
    document.addEventListener("paste", pasted);
    return () => document.removeEventListener("paste", pasted);
  }, []);
}
