import type { LogoView } from "../backend";

/** The most dots of a logo: the narrowest paper is so wide, and more height would be wasted on every receipt. */
export const MOST = { width: 384, height: 192 };
/** A picture of few pixels becomes at most so many times as large: more would be nothing but steps. */
const MOST_ENLARGED = 4;

/** How grays become black and white: each by itself, or as many black dots among white ones. */
export type Manner = "sharp" | "shaded";

type Size = { width: number; height: number };
/** Pixels from the left and the top, from 0, black, to 255, white. */
export type Grays = { width: number; grays: Uint8Array };
/** Dots from the left and the top, 1 being black. */
export type Dots = { width: number; dots: Uint8Array };

/** How large a picture comes out with its ratio kept; one that is drawn out of lines has no pixels that would show. */
export function fit({ width, height }: Size, isOfLines = false): Size {
  const scale = Math.min(MOST.width / width, MOST.height / height, isOfLines ? Number.POSITIVE_INFINITY : MOST_ENLARGED);
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** How light each pixel is to the eye; what is seen through is white, as the paper is. */
export function graysOf(rgba: Uint8ClampedArray): Uint8Array {
  const part = (at: number, index: number) => rgba[at * 4 + index] ?? 0;
  return Uint8Array.from({ length: rgba.length / 4 }, (_, at) => {
    const light = 0.2126 * part(at, 0) + 0.7152 * part(at, 1) + 0.0722 * part(at, 2);
    return Math.round(255 + (light - 255) * (part(at, 3) / 255));
  });
}

const LEVELS = 16;
/** A drawing has nearly all of its pixels in so few of its levels. */
const FEW = 4;
const NEARLY_ALL = 0.75;

/** What suits a picture: a drawing has few grays, a photograph many. */
export function suited(grays: Uint8Array): Manner {
  const counts = new Array<number>(LEVELS).fill(0);
  for (const gray of grays) counts[gray >> 4] = (counts[gray >> 4] ?? 0) + 1;
  const few = counts.sort((one, other) => other - one).slice(0, FEW).reduce((sum, count) => sum + count, 0);
  return few >= NEARLY_ALL * grays.length ? "sharp" : "shaded";
}

const MIDDLE = 127;
/** Lightnesses closer together than this are one colour, with the traces of how it was kept. */
const LEAST_CONTRAST = 32;

/** The lightest gray that is black: the one that parts dark from light best, after Otsu. */
export function threshold(grays: Uint8Array): number {
  const counts = new Array<number>(256).fill(0);
  for (const gray of grays) counts[gray] = (counts[gray] ?? 0) + 1;
  const [darkest, lightest] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
  if (lightest - darkest < LEAST_CONTRAST) return MIDDLE;
  const sum = counts.reduce((all, count, gray) => all + count * gray, 0);
  let [dark, darkSum, best] = [0, 0, -1];
  let [first, last] = [MIDDLE, MIDDLE];
  for (const [gray, count] of counts.entries()) {
    dark += count;
    darkSum += count * gray;
    const light = grays.length - dark;
    if (dark === 0 || light === 0) continue;
    const between = dark * light * (darkSum / dark - (sum - darkSum) / light) ** 2;
    if (between > best) [best, first] = [between, gray];
    if (between === best) last = gray;
  }
  // Between two colours each gray parts them as well as the next: in the middle, edges stay where they are.
  return Math.floor((first + last) / 2);
}

/** Black and white, by a threshold or by dots that are as dense as the gray is dark, after Floyd and Steinberg. */
export function dotsOf({ width, grays }: Grays, manner: Manner): Dots {
  if (manner === "sharp") {
    const darkest = threshold(grays);
    return { width, dots: grays.map((gray) => (gray <= darkest ? 1 : 0)) };
  }
  const left = Float32Array.from(grays);
  const dots = new Uint8Array(grays.length);
  const pass = (from: number, to: number, error: number) => {
    const [x, toX] = [from % width, to % width];
    if (to < left.length && Math.abs(x - toX) <= 1) left[to] = (left[to] ?? 0) + error;
  };
  for (let at = 0; at < left.length; at += 1) {
    const gray = left[at] ?? 255;
    dots[at] = gray <= MIDDLE ? 1 : 0;
    const error = gray - (dots[at] === 1 ? 0 : 255);
    pass(at, at + 1, (error * 7) / 16);
    pass(at, at + width - 1, (error * 3) / 16);
    pass(at, at + width, (error * 5) / 16);
    pass(at, at + width + 1, error / 16);
  }
  return { width, dots };
}

/** The dots as settings keep them: rows of whole bytes, the highest bit first, in base64. Null where none is black. */
export function pack({ width, dots }: Dots): LogoView | null {
  if (!dots.includes(1)) return null;
  const rowBytes = Math.ceil(width / 8);
  const bytes = new Uint8Array(rowBytes * (dots.length / width));
  for (const [at, dot] of dots.entries()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const byte = y * rowBytes + (x >> 3);
    if (dot === 1) bytes[byte] = (bytes[byte] ?? 0) | (0x80 >> (x & 7));
  }
  return { width, bits: toBase64(bytes) };
}

/** The dots of a logo that is kept. */
export function unpack({ width, bits }: LogoView): Dots {
  const bytes = fromBase64(bits);
  const rowBytes = Math.ceil(width / 8);
  const dots = new Uint8Array(width * (bytes.length / rowBytes));
  return { width, dots: dots.map((_, at) => ((bytes[Math.floor(at / width) * rowBytes + ((at % width) >> 3)] ?? 0) >> (7 - ((at % width) & 7))) & 1) };
}

/** How many dots a logo is high. */
export function heightOf({ width, bits }: LogoView): number {
  return fromBase64(bits).length / Math.ceil(width / 8);
}

/** Bytes of a BMP before its dots: two heads and a table of two colours. */
const BMP_HEAD = 62;

/** A logo as the address of a picture, black on white: a BMP, whose dots are packed the same way. */
export function pictureOf(logo: LogoView): string {
  const bytes = fromBase64(logo.bits);
  const [rowBytes, height] = [Math.ceil(logo.width / 8), heightOf(logo)];
  const paddedBytes = Math.ceil(rowBytes / 4) * 4;
  const bmp = new Uint8Array(BMP_HEAD + paddedBytes * height);
  const head = new DataView(bmp.buffer);
  head.setUint16(0, 0x424d);
  head.setUint32(2, bmp.length, true);
  head.setUint32(10, BMP_HEAD, true);
  head.setUint32(14, 40, true);
  head.setInt32(18, logo.width, true);
  head.setInt32(22, height, true);
  head.setUint16(26, 1, true);
  head.setUint16(28, 1, true);
  head.setUint32(46, 2, true);
  // White is 0, and black 1 by being left out.
  head.setUint32(54, 0x00ffffff, true);
  // Its rows begin at the bottom.
  for (let y = 0; y < height; y += 1) bmp.set(bytes.subarray(y * rowBytes, (y + 1) * rowBytes), BMP_HEAD + (height - 1 - y) * paddedBytes);
  return `data:image/bmp;base64,${toBase64(bmp)}`;
}

/** Dots of a letter's width on paper. */
const LETTER = 12;

/** The width of a logo, and the room left of it, in letters of a paper with so many in a row; null where it is wider than the paper. */
export function placeOn(columns: number, { width }: LogoView): { width: number; left: number } | null {
  const letters = width / LETTER;
  return letters > columns ? null : { width: letters, left: (columns - letters) / 2 };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
