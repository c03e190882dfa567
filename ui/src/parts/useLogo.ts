import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LogoView, ReceiptView, SettingsView } from "../backend";
import { useAsk } from "../backend/queries";
import { printPaper, printText } from "./Paper";

/** The logo that stands at the top of papers; none until it is known, and where the settings cannot be read. */
export const useLogo = (): LogoView | null => useAsk("settings", {}).data?.logo ?? null;

/** Prints papers from the window, with the logo as it is known by then. */
export function useWindowPrint(): { printPaper: (receipt: ReceiptView) => void; printText: (text: string) => void } {
  const client = useQueryClient();
  return useMemo(() => {
    const logo = () => client.getQueryData<SettingsView>(["settings", {}])?.logo ?? null;
    return { printPaper: (receipt) => printPaper(receipt, logo()), printText: (text) => printText(text, logo()) };
  }, [client]);
}
