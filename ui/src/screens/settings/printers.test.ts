import { expect, it } from "vitest";
import { atAddress, queueName, USUAL } from "./printers";

it.each([
  ["192.168.1.40", null, null],
  ["/dev/usb/lp0", null, null],
  ["queue:Receipts", null, null],
  // A serial port has a speed, and keeps the one that was chosen.
  ["/dev/ttyUSB0", null, 19_200],
  ["/dev/ttyS1", 9_600, 9_600],
  [" /dev/ttyACM0", null, 19_200],
  ["/dev/usb/lp0", 9_600, null],
] as const)("a printer at %s that talked at %s talks at %s", (address, before, after) => {
  expect(atAddress({ ...USUAL.receipts, baud: before }, address)).toEqual({ ...USUAL.receipts, address, baud: after });
});

it("knows what a print queue is called", () => {
  expect(queueName("queue:Back office")).toBe("Back office");
  expect(queueName("192.168.1.40")).toBeNull();
});
