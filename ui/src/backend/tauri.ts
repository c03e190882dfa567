import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

export function callOverTauri(name: string, args: unknown): Promise<unknown> {
  return invoke("desk", { name, args: args ?? null });
}

/** Saves a file among this user's downloads; answers where it lies. */
export function saveInWindow(name: string, base64: string): Promise<unknown> {
  return invoke("save", { name, base64 });
}

/** Opens the customer's display, or brings it to the front. */
export function openDisplayWindow(): Promise<unknown> {
  return invoke("display");
}

export function listenOverTauri(heard: (payload: unknown) => void): () => void {
  const stopping = listen("changed", (event) => heard(event.payload));
  return () => {
    void stopping.then((stop) => stop());
  };
}
