/** Case and accents folded, so that "creme" finds "Crème". */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
