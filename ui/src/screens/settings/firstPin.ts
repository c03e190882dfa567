/** Digits of a proposed PIN, and of one for who decides about others. */
const DIGITS = { short: 6, long: 8 };

/** A PIN that is drawn, with no two same digits beside each other and no row, so that none is guessed easily. */
export function proposePin(isLong: boolean, draw: () => number = drawDigit): string {
  let pin = "";
  while (pin.length < (isLong ? DIGITS.long : DIGITS.short)) {
    const digit = draw();
    const last = pin === "" ? null : Number(pin.at(-1));
    if (last === null || Math.abs(digit - last) > 1) pin += String(digit);
  }
  return pin;
}

/** Each digit is as likely as any other: what would make some of them likelier is drawn again. */
function drawDigit(): number {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  return byte < 250 ? byte % 10 : drawDigit();
}
