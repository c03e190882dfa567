/** White at both ends of a barcode, in modules, as scanners need it. */
const QUIET = 10;

/** Width of the picture of a barcode, and the path of its dark modules, in modules; its height is one. */
export function barsPicture(bars: string): { width: number; path: string } {
  const path = [...bars.matchAll(/1+/g)].map(({ index, 0: dark }) => `M${index + QUIET} 0h${dark.length}v1h-${dark.length}z`);
  return { width: bars.length + 2 * QUIET, path: path.join("") };
}
