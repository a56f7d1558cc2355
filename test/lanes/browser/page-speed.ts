import type { Browser } from "playwright-core";
import { median } from "../support/median.ts";
import { longestWaitMs } from "./browser.ts";
import { largeCount } from "./large-service.ts";

/** How fast the page is, in milliseconds from the start of the navigation. */
export interface PageSpeed {
  /** First paint of the page without an execution. */
  readonly paint: number;
  /** Until an execution of ten thousand images shows all of them and has reacted to a filter. */
  readonly interactive: number;
}

/**
 * The median of five loads each, every one in a new context: nothing is cached.
 * @param hash the part of the address that names the execution
 */
export async function measureSpeed(browser: Browser, url: string, hash: string): Promise<PageSpeed> {
  const paints: number[] = [];
  const interactives: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    paints.push(await inNewPage(browser, url, paintTime));
    interactives.push(await inNewPage(browser, `${url}/${hash}`, interactiveTime));
  }
  return { paint: median(paints), interactive: median(interactives) };
}

type Work = (page: Awaited<ReturnType<Browser["newPage"]>>) => Promise<number>;

async function inNewPage(browser: Browser, url: string, work: Work): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1100 } });
  try {
    context.setDefaultTimeout(longestWaitMs);
    const page = await context.newPage();
    await page.addInitScript("globalThis.__name = (each) => each");
    await page.goto(url);
    return await work(page);
  } finally {
    await context.close();
  }
}

const paintTime: Work = async (page) => {
  await page.locator(".composer").waitFor();
  return page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN);
};

/** Presses the filter of failed images as soon as it has all images, and waits for the frame that shows its effect. */
const interactiveTime: Work = (page) =>
  page.evaluate(async (count) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const chips = () => [...document.querySelectorAll<HTMLElement>(".images .chip")];
    const isComplete = () => {
      const [all] = chips();
      const ready = document.querySelector("main .badge[data-status=succeeded]") !== null;
      return ready && all?.textContent?.replace(/\D/g, "") === String(count) && chips().length > 3;
    };
    while (!isComplete()) await frame();
    chips()
      .find(({ dataset }) => dataset["state"] === "failed")
      ?.click();
    while (document.querySelector(".images .chip[data-state=failed][aria-pressed=true]") === null) await frame();
    await frame();
    return performance.now();
  }, largeCount);
