import { v7 } from "uuid";

/** An id minted by the asker before asking, so that asking twice is still one entry. */
export function newId(): string {
  return v7();
}
