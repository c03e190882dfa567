import type { CustomerView } from "../../backend";

/** Who owes first, the longest waiting on top; then everybody else by name. */
export function inOrder(customers: readonly CustomerView[]): CustomerView[] {
  return [...customers].sort(
    (a, b) => (a.oldestMs ?? Number.POSITIVE_INFINITY) - (b.oldestMs ?? Number.POSITIVE_INFINITY) || a.name.localeCompare(b.name),
  );
}
