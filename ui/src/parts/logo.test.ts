import { expect, it } from "vitest";
import { type Dots, dotsOf, fit, graysOf, heightOf, pack, pictureOf, placeOn, suited, threshold, unpack } from "./logo";

const bytesOf = (base64: string) => [...atob(base64)].map((letter) => letter.charCodeAt(0));
const drawn = (...rows: string[]): Dots => ({ width: rows[0]?.length ?? 0, dots: Uint8Array.from(rows.join(""), (dot) => (dot === "#" ? 1 : 0)) });

it("packs rows of whole bytes, the highest bit first", () => {
  const logo = pack(drawn("#........#", ".#.......#"));
  expect(logo?.width).toBe(10);
  expect(bytesOf(logo?.bits ?? "")).toEqual([0b1000_0000, 0b0100_0000, 0b0100_0000, 0b0100_0000]);
});

it.each([1, 7, 8, 9, 384])("unpacks what was packed, %i dots wide", (width) => {
  const dots = Uint8Array.from({ length: width * 5 }, (_, at) => (at % 3 === 0 ? 1 : 0));
  const logo = pack({ width, dots });
  expect(logo === null ? null : unpack(logo)).toEqual({ width, dots });
  expect(logo === null ? null : heightOf(logo)).toBe(5);
});

it("takes a picture without a black dot for none", () => {
  expect(pack(drawn("....", "...."))).toBeNull();
  const white = { width: 2, grays: new Uint8Array(4).fill(255) };
  for (const manner of ["sharp", "shaded"] as const) expect(pack(dotsOf(white, manner))).toBeNull();
  // Nor are the traces of a white JPEG lines.
  expect(pack(dotsOf({ width: 2, grays: Uint8Array.from([255, 250, 246, 255]) }, "sharp"))).toBeNull();
});

it.each([
  [{ width: 4000, height: 2000 }, { width: 384, height: 192 }],
  [{ width: 1000, height: 1000 }, { width: 192, height: 192 }],
  [{ width: 1000, height: 100 }, { width: 384, height: 38 }],
  [{ width: 40, height: 20 }, { width: 160, height: 80 }],
  [{ width: 20_000, height: 3 }, { width: 384, height: 1 }],
])("%o comes out as %o", (own, size) => {
  expect(fit(own)).toEqual(size);
});

it("draws lines as large as there is room", () => {
  expect(fit({ width: 24, height: 24 }, true)).toEqual({ width: 192, height: 192 });
});

it("sees colours as light as the eye does, and nothing as white", () => {
  const rgba = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128];
  expect([...graysOf(Uint8ClampedArray.from(rgba))]).toEqual([54, 182, 18, 255, 127]);
});

it("parts two colours in their middle, however light they are", () => {
  expect(threshold(Uint8Array.from([0, 0, 255, 255, 255]))).toBe(127);
  // Yellow on white.
  const grays = Uint8Array.from([200, 255, 255, 200, 255]);
  expect([...dotsOf({ width: 5, grays }, "sharp").dots]).toEqual([1, 0, 0, 1, 0]);
  // One colour alone is black or white.
  expect(threshold(Uint8Array.from([40, 44]))).toBe(127);
});

it("shades as densely as a gray is dark, without a seam", () => {
  const [width, height] = [64, 64];
  for (const gray of [32, 96, 160, 224]) {
    const { dots } = dotsOf({ width, grays: new Uint8Array(width * height).fill(gray) }, "shaded");
    const share = dots.reduce((sum, dot) => sum + dot, 0) / dots.length;
    expect(Math.abs(share - (255 - gray) / 255), String(gray)).toBeLessThan(0.02);
  }
});

it("passes nothing from the end of a row to the beginning of the next", () => {
  // What is left of the gray at the right edge must not blacken the row below at the left.
  const grays = Uint8Array.from([255, 255, 129, 150, 255, 255]);
  expect([...dotsOf({ width: 3, grays }, "shaded").dots]).toEqual([0, 0, 0, 0, 0, 0]);
});

it("is sharp for a drawing and shaded for a photograph", () => {
  const drawing = Uint8Array.from({ length: 1000 }, (_, at) => (at < 700 ? 255 : at < 900 ? 30 : at % 256));
  const photograph = Uint8Array.from({ length: 1024 }, (_, at) => at % 256);
  expect([suited(drawing), suited(photograph)]).toEqual(["sharp", "shaded"]);
});

it("is a picture of two colours with its rows from the bottom", () => {
  const logo = pack(drawn("#.........", ".#........"));
  const [type, base64 = ""] = pictureOf(logo ?? { width: 0, bits: "" }).split(",");
  expect(type).toBe("data:image/bmp;base64");
  const bmp = bytesOf(base64);
  expect(String.fromCharCode(...bmp.slice(0, 2))).toBe("BM");
  expect(bmp.slice(54, 62)).toEqual([255, 255, 255, 0, 0, 0, 0, 0]);
  // Each row takes a multiple of four bytes.
  expect(bmp.slice(62)).toEqual([0b0100_0000, 0, 0, 0, 0b1000_0000, 0, 0, 0]);
});

it("stands in the middle of the paper, twelve dots a letter", () => {
  expect(placeOn(42, { width: 384, bits: "" })).toEqual({ width: 32, left: 5 });
  expect(placeOn(32, { width: 384, bits: "" })).toEqual({ width: 32, left: 0 });
  expect(placeOn(31, { width: 384, bits: "" })).toBeNull();
});
