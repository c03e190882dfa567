/** A made-up receipt, to see how much goes into a row. */
export type Sample = {
  head: readonly string[];
  receipt: string;
  /** Longer than a row. */
  product: string;
  price: string;
  total: string;
};

/** The rows of a sample as a printer with so many characters in a row puts them. */
export function sampleRows(columns: number, { head, receipt, product, price, total }: Sample): string[] {
  const rule = "-".repeat(columns);
  const pair = (left: string, right: string) => left.padEnd(columns - right.length) + right;
  // The last row of a name leaves room for its price.
  const name = wrapped(product, columns - price.length - 1);
  return [
    ...head.flatMap((line) => wrapped(line, columns)).map((line) => centred(line, columns)),
    rule,
    ...wrapped(receipt, columns),
    ...name.slice(0, -1),
    pair(name.at(-1) ?? "", price),
    rule,
    pair(total, price),
  ];
}

/** The rows of a price label. */
export function labelRows(columns: number, product: string, price: string): string[] {
  return [...wrapped(product, columns), "", price].map((line) => centred(line, columns));
}

function centred(line: string, columns: number): string {
  return line.padStart(Math.floor((columns + line.length) / 2));
}

/** Breaks between words, and a word only where it is longer than a row. */
function wrapped(text: string, columns: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of text.split(" ")) {
    const longer = row === "" ? word : `${row} ${word}`;
    if (longer.length <= columns) {
      row = longer;
      continue;
    }
    if (row !== "") rows.push(row);
    row = word;
    while (row.length > columns) {
      rows.push(row.slice(0, columns));
      row = row.slice(columns);
    }
  }
  return [...rows, row];
}
