// The logo of a pharmacy and its numbers: set in Settings, on papers on screen, on receipts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";
import { inspector } from "./axe.mjs";
import { atPrinter, CUT, sellTea, usual, withoutPrinter } from "./listener.mjs";
import { ask, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

/** A cross and a name, three times as wide as high. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100" viewBox="0 0 300 100">
  <path d="M35 5h30v30h30v30h-30v30h-30v-30h-30v-30h30z" fill="#0a7d33"/>
  <text x="110" y="68" font-family="sans-serif" font-size="52" font-weight="700" fill="#123">Markt</text></svg>`;
const drawing = { name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(SVG) };

/** A PNG of grays from the left, dark, to the right, light; or all of one. */
function png(width, height, gray = (x) => Math.floor((x * 256) / width)) {
  const part = (type, data) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length);
    ends.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const row = Buffer.from([0, ...Array.from({ length: width }, (_, x) => gray(x))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const buffer = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), part("IHDR", head), part("IDAT", rows), part("IEND", Buffer.alloc(0))]);
  return { name: "picture.png", mimeType: "image/png", buffer };
}

const photograph = png(600, 300);

/** Chooses a picture, and saves what comes of it. */
async function setLogo(till, file = drawing) {
  await till.get("logo-file").setInputFiles(file);
  await till.get("logo-picture").waitFor();
  await till.keys("F12");
  await saved(till);
}

const saved = (till) => till.page.waitForFunction(() => document.querySelector('[data-testid="settings-save"]')?.disabled === true);

async function atSettings(context, options) {
  const till = await tillOnDuty(context, { imported: false, ...options });
  await till.keys("Alt+8");
  await till.get("settings-logo").waitFor();
  return till;
}

const rowBytes = (width) => Math.ceil(width / 8);
const heightOf = ({ width, bits }) => Buffer.from(bits, "base64").length / rowBytes(width);
const blackOf = ({ bits }) => [...Buffer.from(bits, "base64")].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);

test("a logo is chosen, dragged in and pasted, is shown as it is kept, and is removed", async (context) => {
  const till = await atSettings(context, { scheme: "dark" });
  await till.shows("logo-paper", "No logo");
  assert.equal(await till.get("logo-remove").isDisabled(), true);
  // The keyboard comes to it, and so does its name.
  const choosing = till.page.waitForEvent("filechooser");
  await till.get("logo-choose").focus();
  await till.keys("Enter");
  await (await choosing).setFiles(drawing);
  await till.get("logo-picture").waitFor();
  assert.equal((await ask(till, "settings")).logo, null);
  assert.equal(await till.get("logo-manner-sharp").isChecked(), true);
  const { look, found } = inspector(till.page);
  await look("a logo", "settings-logo");
  assert.deepEqual(found, []);
  await till.keys("F12");
  await saved(till);
  const { logo } = await ask(till, "settings");
  // In its ratio, as wide as a paper takes.
  assert.deepEqual([logo.width, heightOf(logo)], [384, 128]);
  const { right, ...shown } = await pixels(till, "logo-picture");
  assert.deepEqual(shown, { width: 384, height: 128, black: blackOf(logo) });
  assert.ok(right > 300, `${right}`);
  assert.equal(await till.get("logo-paper").evaluate((paper) => getComputedStyle(paper).backgroundColor), "rgb(255, 255, 255)");

  // A photograph is shaded, and can be sharp.
  await give(till, photograph, "drop");
  await till.get("logo-manner").waitFor();
  assert.equal(await till.get("logo-manner-shaded").isChecked(), true);
  const shaded = await pixels(till, "logo-picture");
  assert.deepEqual([shaded.width, shaded.height], [384, 192]);
  assert.ok(Math.abs(shaded.black / (384 * 192) - 0.5) < 0.02, String(shaded.black));
  const before = await till.get("logo-picture").getAttribute("src");
  await till.get("logo-manner-sharp").check({ force: true });
  await till.page.waitForFunction((src) => document.querySelector('[data-testid="logo-picture"]').src !== src, before);
  await till.get("logo-manner-shaded").check({ force: true });
  await till.page.waitForFunction((src) => document.querySelector('[data-testid="logo-picture"]').src === src, before);
  await till.keys("F12");
  await saved(till);
  assert.equal(heightOf((await ask(till, "settings")).logo), 192);

  await give(till, png(40, 20, (x) => (x < 21 ? 0 : 255)), "paste");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="logo-picture"]').naturalWidth === 160);
  // Four times as large, and not more.
  assert.deepEqual(await pixels(till, "logo-picture"), { width: 160, height: 80, black: 84 * 80, right: 84 });

  await till.get("logo-remove").click();
  await till.shows("logo-paper", "No logo");
  assert.equal(await till.page.evaluate(() => document.activeElement.dataset.testid), "logo-choose");
  await till.keys("F12");
  await saved(till);
  assert.equal((await ask(till, "settings")).logo, null);
  await till.keys("F5");
  await till.get("setting-change").nth(2).waitFor();
  const rows = await till.get("setting-change").allTextContents();
  assert.match(rows[0], /Logosetremoved$/);
  assert.match(rows[2], /Logo–set$/);
});

test("a file that no logo can be made of is refused in words, and the logo stays", async (context) => {
  const till = await atSettings(context);
  await setLogo(till);
  const { logo } = await ask(till, "settings");
  const refused = async (file, words) => {
    await till.get("logo-file").setInputFiles(file);
    await till.shows("logo-trouble", words);
    assert.equal(await till.get("settings-save").isDisabled(), true);
  };
  await refused({ name: "prices.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") }, "not a picture");
  await refused({ name: "half.png", mimeType: "image/png", buffer: photograph.buffer.subarray(0, 30) }, "not a picture");
  await refused(png(30, 30, () => 255), "Nothing of this picture would be seen");
  await refused({ name: "poster.png", mimeType: "image/png", buffer: Buffer.alloc(20 * 1024 * 1024 + 1) }, "larger than 20 MB");
  const { look, found } = inspector(till.page);
  await look("a refused picture", "logo-trouble");
  assert.deepEqual(found, []);
  assert.deepEqual((await ask(till, "settings")).logo, logo);
});

test("the numbers that a country's law wants are called as on paper, and are missed until they are given", async (context) => {
  const french = await atSettings(context, { country: "FR" });
  await french.shows("settings-tax_no-hint", "Not given yet: the law wants it on receipts.");
  await french.get("settings-company_no").fill("1".repeat(60));
  assert.equal((await french.get("settings-company_no").inputValue()).length, 42);
  await french.get("settings-company_no").fill("123 456 789 00012 ");
  await french.shows("settings-company_no-hint", "The law of the country wants it on receipts.");
  const { look, found } = inspector(french.page);
  await look("numbers", "settings-company_no");
  assert.deepEqual(found, []);
  await french.keys("F12");
  await saved(french);
  const { companyNo, taxNo } = await ask(french, "settings");
  assert.deepEqual([companyNo, taxNo], ["123 456 789 00012", ""]);
  await french.keys("F5");
  assert.match(await french.shows("setting-change", "SIRET"), /SIRET–123 456 789 00012$/);
  await french.keys("Escape");
  await openDrawer(french);
  const { receipt } = await sellSyrup(french, "cash");
  assert.match(receipt.text, /SIRET 123 456 789 00012/);

  const german = await atSettings(context);
  assert.equal(await german.get("settings-tax_no").count(), 0);
  assert.equal(await german.get("settings-company_no").count(), 0);
});

test("a receipt begins with the logo, on paper and on screen, and without it where the printer is to leave it out", async (context) => {
  const { till, printer } = await atPrinter(context);
  await till.keys("Alt+8");
  await setLogo(till);
  // On the sample it is as wide among its letters as on paper: 384 of 504 dots.
  const share = (id) => till.get(id).evaluate((paper) => paper.querySelector("img").getBoundingClientRect().width / (paper.clientWidth - 32));
  assert.ok(Math.abs((await share("printer-sample")) - 384 / 504) < 0.01);
  const { logo } = await ask(till, "settings");
  await sellTea(till);
  const receipt = await printer.got(CUT);
  // GS v 0 of the first 64 rows of it, before any letter.
  const raster = `\x1dv0\x00${String.fromCharCode(rowBytes(logo.width), 0, 64, 0)}`;
  const at = receipt.indexOf(raster);
  assert.ok(at > 0 && at < 40, `${at}`);
  assert.equal(Buffer.from(receipt.slice(at + 8, at + 8 + 64 * rowBytes(logo.width)), "latin1").toString("base64"), Buffer.from(logo.bits, "base64").subarray(0, 64 * rowBytes(logo.width)).toString("base64"));
  assert.ok(at < receipt.indexOf("Apotheke am Markt"));

  await till.get("receipt-text-logo").waitFor();
  assert.ok(Math.abs((await share("receipt-text")) - 384 / 504) < 0.01);
  assert.equal((await pixels(till, "receipt-text-logo")).black, blackOf(logo));
  await withoutPrinter(till);
  await till.keys("Control+p");
  await till.page.locator(".printed pre > img").waitFor({ state: "attached" });

  await ask(till, "set_printer", { which: "receipts", printer: { ...usual, address: printer.address() } });
  await till.keys("Alt+8");
  await till.get("printer-sample-logo").waitFor();
  await till.get("printer-logo").uncheck({ force: true });
  await till.page.waitForFunction(() => document.querySelector('[data-testid="printer-sample-logo"]') === null);
  await till.keys("Control+s");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="printer-save"]').disabled);
  assert.equal((await ask(till, "printers")).receipts.printer.printsLogo, false);
  await sellTea(till);
  assert.doesNotMatch(await printer.got(CUT), /\x1dv0/);
});

test("a paper does not move when its logo is drawn", async (context) => {
  const till = await atSettings(context);
  await setLogo(till);
  await openDrawer(till);
  await sellSyrup(till, "cash");
  // It is asked for before any paper is shown, and takes its time.
  await till.page.route("**/api/settings", async (route) => {
    await new Promise((later) => setTimeout(later, 500));
    await route.continue();
  });
  const ahead = till.page.waitForResponse("**/api/settings");
  await till.restart();
  await ahead;
  await till.page.evaluate(() => {
    window.moved = [];
    const isPaper = ({ node }) => (node instanceof Element ? node : node?.parentElement)?.closest('[data-testid="x-text"]') != null;
    new PerformanceObserver((list) => {
      for (const { sources } of list.getEntries()) window.moved.push(...sources.filter(isPaper).map(({ previousRect: { y }, currentRect }) => `${y} to ${currentRect.y}`));
    }).observe({ type: "layout-shift", buffered: false });
  });
  await till.keys("Alt+6", "F3");
  await till.get("x-text-logo").waitFor();
  assert.match(await read(till, "x-text"), /Apotheke am Markt/);
  await till.page.waitForTimeout(300);
  assert.deepEqual(await till.page.evaluate(() => window.moved), []);
});

/** How large a picture is, how many of its pixels are black, and where they end at the right. */
async function pixels(till, id) {
  return till.get(id).evaluate(async (picture) => {
    await picture.decode();
    const { naturalWidth: width, naturalHeight: height } = picture;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let [black, right] = [0, 0];
    for (let at = 0; at < width * height; at += 1) {
      if (data[at * 4] !== 0) continue;
      black += 1;
      right = Math.max(right, (at % width) + 1);
    }
    return { width, height, black, right };
  });
}

/** Drops a file on the logo, or pastes it. */
async function give(till, { name, mimeType, buffer }, how) {
  await till.get("settings-logo").evaluate(
    (target, [fileName, type, base64, event]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const given = new DataTransfer();
      given.items.add(new File([bytes], fileName, { type }));
      const options = { bubbles: true, cancelable: true };
      target.dispatchEvent(event === "drop" ? new DragEvent("drop", { ...options, dataTransfer: given }) : new ClipboardEvent("paste", { ...options, clipboardData: given }));
    },
    [name, mimeType, buffer.toString("base64"), how],
  );
}
