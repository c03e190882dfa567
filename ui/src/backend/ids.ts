import { v7 } from "uuid";

/**
 * A new id for what is about to be asked. The asker mints it, so that asking again after a silence
 * is the same sale, the same movement, the same close.
 */
export const newId = (): string => v7();
