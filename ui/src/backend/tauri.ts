import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

export function callOverTauri(name: string, args: unknown): Promise<unknown> {
  return invoke("desk", { name, args: args ?? null });
}

export function listenOverTauri(heard: (payload: unknown) => void): () => void {
  const stopping = listen("changed", (event) => heard(event.payload));
  return () => {
    void stopping.then((stop) => stop());
  };
}
