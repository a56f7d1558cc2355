import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { testAccessibility } from "./accessibility.ts";
import { openBrowser, Watched } from "./browser.ts";
import { batchSize, largeCount, startLargeService } from "./large-service.ts";
import { measureSpeed } from "./page-speed.ts";
import { settled, start } from "./photos.ts";
import { firstCard, questions, Reader, searchField } from "./questions.ts";

/** Ten thousand images in one execution: watched while it runs, searched afterwards, and stopped. */
const session = opened(
  async () => {
    const large = await startLargeService();
    const browser: Browser = await openBrowser();
    return { large, browser, watched: await Watched.open(browser, large.service.url) };
  },
  async ({ large, browser }) => {
    await browser.close();
    await large.close();
  },
);

/** What the page says at one moment, in one reading: numbers of images by their state, and of child executions. */
interface Sample {
  readonly running: boolean;
  readonly done: number;
  readonly waiting: number;
  readonly childrenDone: number;
  readonly childrenBegun: number;
  readonly pace: string;
  /** Whether a card shows a result. */
  readonly result: boolean;
}

function sampleOf(page: Page): Promise<Sample> {
  return page.evaluate(() => {
    const textOf = (selector: string): string => document.querySelector(selector)?.textContent ?? "";
    const number = (text: string, pattern: RegExp): number =>
      Number((pattern.exec(text)?.[1] ?? "0").replaceAll(",", ""));
    const words = textOf(".progress-words");
    const children = textOf("details.map-run summary").replace(/\s+/g, " ");
    const done = [/^([\d,]+) of/, /([\d,]+) failed/, /([\d,]+) done, not read/].map((each) => number(words, each));
    const ended = number(children, /([\d,]+) of [\d,]+ child/);
    return {
      running: textOf("main .badge").includes("Running"),
      done: done.reduce((sum, each) => sum + each, 0),
      waiting: number(words, /([\d,]+) waiting/),
      childrenDone: ended,
      childrenBegun: ended + number(children, /([\d,]+) running/),
      pace: textOf("header.execution .pace"),
      result: document.querySelector(".card[data-state=done] h3") !== null,
    };
  });
}

/** Types a list that is longer than anybody types: filling the field key by key takes a minute. */
async function paste(page: Page, references: readonly string[]): Promise<void> {
  await page.getByLabel("Image URLs, one per line").evaluate((field, text) => {
    (field as HTMLTextAreaElement).value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, references.join("\n"));
  await page.getByRole("button", { name: "Classify", exact: true }).click();
}

/** Longest time between two frames while an element scrolls from its beginning to its end, in milliseconds. */
function longestFrame(page: Page, selector: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const element = document.querySelector(wanted) as HTMLElement;
    const step = (element.scrollHeight - element.clientHeight) / 60;
    let longest = 0;
    let last = performance.now();
    for (let turn = 0; turn < 60; turn += 1) {
      element.scrollTop += step;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    element.scrollTop = 0;
    return longest;
  }, selector);
}

/** Numbers of images at which the execution is held until the page has shown them as done. */
const stops = [2_500, 5_000, 7_500] as const;

test("ten thousand images are watched while they are classified, and the page never contradicts itself", async ({
  annotate,
}) => {
  const { watched, large } = session();
  const { page } = watched;
  const samples: Sample[] = [];
  const watch = (until: string, isSeen: (last: Sample) => boolean): Promise<void> => {
    const look = async (): Promise<boolean> => {
      const last = await sampleOf(page);
      samples.push(last);
      return isSeen(last);
    };
    return expect.poll(look, { message: until, interval: 100, timeout: 300_000 }).toBe(true);
  };
  const began = Date.now();
  large.holdFrom("live", stops[0]);
  await start(page, () => paste(page, large.references("live")));
  await page.locator(".progress-words").waitFor();
  for (const stop of stops) {
    large.holdFrom("live", stop);
    await watch(`${stop} images are done`, ({ done }) => done >= stop);
    if (stop !== stops[0]) continue;
    await watch("a result before the end", ({ running, result }) => running && result);
    await watched.picture("live");
  }
  large.holdFrom("live", largeCount);
  await watch("the end", ({ running }) => !running);
  const steps = [...new Set(samples.map(({ done }) => done))];
  await annotate(`${steps.length} steps in ${Date.now() - began} ms; ${samples.find(({ pace }) => pace !== "")?.pace}`);
  expect(steps, "progress only grows").toEqual(steps.toSorted((one, other) => one - other));
  expect(steps.length, "steps of the progress").toBeGreaterThan(stops.length);
  expect(samples.some(({ pace }) => /per (second|image) · about .* left/.test(pace))).toBe(true);
  for (const { done, waiting, childrenDone, childrenBegun } of samples.filter(({ running }) => running)) {
    expect(done, "images of children that have ended are done").toBeGreaterThanOrEqual(childrenDone * batchSize);
    expect(waiting, "no image is called waiting whose child has begun").toBeLessThanOrEqual(
      largeCount - childrenDone * batchSize,
    );
    expect(childrenBegun).toBeLessThanOrEqual(largeCount / batchSize);
  }
  await settled(page);
  await expect
    .poll(() => page.locator(".progress-words").innerText())
    .toBe("24 of 10,000 images classified · 9,976 failed");
  await page
    .getByRole("button", { name: /^Classify \(child\), Task · .* state: entered 200 times: 200 succeeded/ })
    .waitFor();
});

/** Whether the first cell of the strip has the colour of a classified image. */
function isFirstCellDone(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const context = document.querySelector<HTMLCanvasElement>(".strip canvas")?.getContext("2d");
    const cell = (at: number) => [...(context?.getImageData(at * 13 + 2, 6, 1, 1).data ?? [])].slice(0, 3);
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = "var(--succeeded)";
    const done = [...getComputedStyle(probe).color.matchAll(/\d+/g)].map(Number);
    probe.remove();
    return cell(0).join() === done.join();
  });
}

test("the strip shows each image in the colour of its state, and cells and cards scroll", async ({ annotate }) => {
  const { watched } = session();
  const { page } = watched;
  // Chromium warns of what only this test does: reading pixels of a canvas.
  await watched.provoking(/getImageData/, async () => {
    await expect
      .poll(() => isFirstCellDone(page), { message: "a classified image has the colour of its state" })
      .toBe(true);
  });
  const frames = [await longestFrame(page, ".strip"), await longestFrame(page, ".card-scroll")].map(Math.round);
  expect(await page.locator(".card").count(), "cards in the document").toBeLessThan(200);
  await page.getByRole("button", { name: "Larger cells" }).click();
  await page.locator(".strip").focus();
  await page.keyboard.press("End");
  await page.locator(".inspector h3", { hasText: "Image 10,000" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".inspector h3", { hasText: /^Execution$/ }).waitFor();
  await annotate(`longest frame while scrolling: strip ${frames[0]} ms, cards ${frames[1]} ms`);
});

test("failed images are filtered, grouped by code, and lead to their child execution and back", async () => {
  const { watched } = session();
  const { page } = watched;
  await page.locator(".chip[data-state=failed]").first().click();
  await page.getByRole("button", { name: /^ImageNotFound/ }).click();
  await page.locator(".filters .quiet", { hasText: "199 of 10,000" }).waitFor();
  await watched.picture("large");
  await searchField(page).fill("#4711");
  await firstCard(page, "4,711").locator(".reference button").click();
  await page.locator(".inspector h3", { hasText: "Image 4,711" }).waitFor();
  await watched.picture("image");
  const parent = page.url();
  await page.locator(".leads a").click();
  await page.locator(".parent a").waitFor();
  await page.locator(".inspector h3", { hasText: "Image 4,711" }).waitFor();
  await page.locator(".leads button", { hasText: "Classify (child)" }).click();
  await page.locator(".inspector h3", { hasText: "Classify (child)" }).waitFor();
  await page.locator(".parent a").click();
  await page.locator(".progress-words", { hasText: "10,000" }).waitFor();
  await expect.poll(() => new URL(page.url()).hash.split("?")[0]).toBe(new URL(parent).hash.split("?")[0]);
});

testAccessibility(session, "ten thousand images");

test("a stopped run shows what was finished, and nothing as in progress", async () => {
  const { watched, large } = session();
  const { page } = watched;
  await page.locator("a.home").click();
  // It cannot end before it is stopped.
  large.holdFrom("stopped", 1_000);
  await start(page, () => paste(page, large.references("stopped")));
  await page.locator(".progress-words", { hasText: "failed" }).waitFor();
  await page.getByRole("button", { name: "Stop…" }).click();
  await watched.picture("action");
  await page.getByRole("button", { name: "Stop it" }).click();
  await settled(page, "aborted");
  large.holdFrom("stopped", largeCount);
  const finished = /^\d+ of 10,000 images classified · [\d,]+ failed · [\d,]+ without a result$/;
  await expect.poll(() => page.locator(".progress-words").innerText()).toMatch(finished);
  const chips = page.locator("[aria-label='Show images by state']");
  await expect
    .poll(async () => (await chips.innerText()).replace(/\s+/g, " "))
    .toMatch(/^All 10,000 (Classified \d+ )?Failed [\d,]+ No result [\d,]+$/);
  await watched.picture("stopped");
});

test("ten questions are answered with at most two clicks each", async ({ annotate }) => {
  const { watched } = session();
  const { page } = watched;
  await page.locator(".executions a.item", { hasText: "failed" }).first().click();
  await page.locator(".progress-words", { hasText: "9,976 failed" }).waitFor();
  const execution = page.url().split("?")[0] ?? "";
  expect(questions).toHaveLength(10);
  for (const { question, find, answer } of questions) {
    await page.goto("about:blank");
    await page.goto(execution);
    await page.locator(".progress-words", { hasText: "9,976 failed" }).waitFor();
    const reader = new Reader(page);
    const read = await find(reader);
    await expect.poll(read, { message: question }).toMatch(answer);
    expect(reader.clicks, question).toBeLessThanOrEqual(2);
    await annotate(`${reader.clicks} clicks: ${question}`);
  }
});

test("prints how fast the page is; npm run bench:console measures it on a quiet machine", async ({ annotate }) => {
  const { watched, large, browser } = session();
  const { hash } = new URL(watched.page.url());
  const { paint, interactive } = await measureSpeed(browser, large.service.url, hash.split("?")[0] ?? "");
  await annotate(`first paint ${Math.round(paint)} ms, 10,000 images interactive ${Math.round(interactive)} ms`);
  expect(watched.complaints).toEqual([]);
});
