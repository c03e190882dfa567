/** Cash that moves without a sale: its reasons, and the key that begins it. */
export const MOVEMENTS = {
  paid_out: { key: "F2", reasons: ["postage", "office", "courier", "staff", "other"] },
  paid_in: { key: "F3", reasons: ["change_from_bank", "found", "other"] },
  no_sale: { key: "F9", reasons: ["give_change", "check_drawer", "other"] },
} as const;

export type MovementKind = keyof typeof MOVEMENTS;
