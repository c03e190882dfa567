/** The means of payment, in the order in which they are offered. */
export const KINDS = ["cash", "card", "voucher", "on_account"] as const;
export type TenderKind = (typeof KINDS)[number];
