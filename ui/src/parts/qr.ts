/** Empty space around the code, in modules, as readers need it. */
const QUIET = 4;

/** Side of the picture of a code, and the path of its dark modules, in modules. */
export function qrPicture(rows: readonly string[]): { side: number; path: string } {
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  return { side: rows.length + 2 * QUIET, path: dark.join("") };
}
