import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Source } from "../../../cli/input/source.ts";
import type { Row } from "../../../cli/outcomes.ts";
import { contactSheet } from "../../../cli/output/contact-sheet.ts";
import { expectNoSidewaysScrolling } from "./accessibility.ts";
import { openBrowser, Watched } from "./browser.ts";

const rows: readonly Row[] = [
  { name: "photos/panda.png", predictions: [{ label: "giant panda", probability: 0.9 }] },
  { name: "photos/<img src=x onerror=alert(1)>.png", predictions: [{ label: "lesser panda", probability: 0.4 }] },
  { name: "photos/broken.png", predictions: [], error: { code: "NotAnImage", message: "It is no picture." } },
  { name: "https://host.example/far.jpg", predictions: [{ label: "beagle", probability: 1 }] },
];

async function sourcesIn(folder: string): Promise<readonly Source[]> {
  const [good, broken] = [path.join(folder, "good.png"), path.join(folder, "broken.png")];
  const picture = { width: 60, height: 40, channels: 3, background: "#2a6" } as const;
  await sharp({ create: picture }).png().toFile(good);
  writeFileSync(broken, "no picture");
  return rows.map(({ name }, at) => {
    if (at === 3) return { name, kind: "reference" };
    return { name, kind: "photo", file: at === 2 ? broken : good, contentType: "image/png" };
  });
}

describe("the contact sheet of classify --html, opened as a file", () => {
  let browser: Browser;
  const folder = mkdtempSync(path.join(os.tmpdir(), "contact-sheet-"));
  const file = path.join(folder, "sheet.html");
  beforeAll(async () => {
    writeFileSync(file, await contactSheet(rows, await sourcesIn(folder)));
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([1280, 390])("shows pictures and errors, filters, and asks for nothing, in %i pixels", async (width) => {
    const url = pathToFileURL(file).href;
    const watched = await Watched.open(browser, url);
    const { page } = watched;
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.setViewportSize({ width, height: 800 });
    await page.reload();
    await page.waitForFunction(() => [...document.images].every((each) => each.complete));

    expect(requests.filter((each) => !each.startsWith("data:"))).toEqual([url]);
    await expectNoSidewaysScrolling(page, width);
    // Neither the photo that no browser can show nor the photo on another host has an image.
    await expect.poll(() => page.locator("figure img").count()).toBe(2);
    await expect.poll(() => page.locator("figure .blank").count()).toBe(2);
    await watched.picture(`contact-sheet-${width}`);

    const shown = page.locator("figure:visible");
    await page.fill("#text", "PANDA giant");
    await expect.poll(() => shown.allTextContents()).toEqual([expect.stringContaining("panda.png")]);
    await page.fill("#text", "");
    await page.selectOption("#kind", "bad");
    await expect.poll(() => shown.allTextContents()).toEqual([expect.stringContaining("NotAnImage It is no picture.")]);
    await expect.poll(() => page.textContent("#count")).toBe("1 shown");
    await page.selectOption("#kind", "");
    await expect.poll(() => shown.count()).toBe(rows.length);
    expect(watched.complaints).toEqual([]);
    await page.close();
  });
});
