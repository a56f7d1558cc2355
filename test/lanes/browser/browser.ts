import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page, type Request } from "playwright-core";
import { expect } from "vitest";
import { filesOf, pictureFolder, pictures } from "./pictures.ts";

/** Maximum milliseconds of a wait for the browser. It only ends a wait for something that never happens. */
export const longestWaitMs = 120_000;

/** Debian's Chromium, or the browser that is installed on GitHub's runners, whose package "chromium" is empty. */
const places = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

/**
 * Opens a real headless browser. Installs Debian's Chromium if no browser exists. @throws when it cannot be installed
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = places.find((location) => existsSync(location)) ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    console.log("installing Chromium from Debian's packages");
    execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", timeout: 300_000 });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], {
      stdio: ["ignore", "ignore", "inherit"],
      timeout: 600_000,
    });
  }
  return chromium.launch({
    executablePath,
    timeout: longestWaitMs,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
}

/** A page of the console that records every problem that the browser reports. */
export class Watched {
  readonly page: Page;
  readonly #complaints: string[] = [];
  readonly #requests = new Set<Request>();
  #allowed: RegExp | undefined;

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(longestWaitMs);
    page.on("request", (request) => this.#requests.add(request));
    page.on("requestfinished", (request) => this.#requests.delete(request));
    page.on("requestfailed", (request) => this.#requests.delete(request));
    page.on("pageerror", (error) => this.#complain(`${error.name}: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.#complain(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complain(message.text());
    });
  }

  static async open(browser: Browser, url: string): Promise<Watched> {
    const watched = new Watched(await browser.newPage({ viewport: { width: 1440, height: 1100 } }));
    // This file's loader wraps functions that are evaluated in the page in a helper, which does not exist there.
    await watched.page.addInitScript("globalThis.__name = (each) => each");
    await watched.page.goto(url);
    return watched;
  }

  /** Errors, warnings, policy violations and dialogs, except those that were provoked on purpose. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /**
   * Runs `work` and ignores the problems that it provokes on purpose, until every request that it began has ended:
   * Chromium reports each refused one as an error of the page.
   */
  async provoking(allowed: RegExp, work: () => Promise<void>): Promise<void> {
    this.#allowed = allowed;
    const earlier = new Set(this.#requests);
    try {
      await work();
      const begun = [...this.#requests].filter((request) => !earlier.has(request));
      const left = () => begun.filter((request) => this.#requests.has(request)).map((request) => request.url());
      await expect.poll(left, { message: "requests without an end", timeout: longestWaitMs }).toEqual([]);
      // What the page reported before this question arrives before its answer.
      await this.page.evaluate(() => undefined);
    } finally {
      this.#allowed = undefined;
    }
  }

  /** Saves a picture: a named one always, any other one if PICTURES names a folder. */
  async picture(name: string, fullPage = true): Promise<void> {
    if (!Object.hasOwn(pictures, name) && process.env["PICTURES"] === undefined) return;
    for (const file of filesOf(name, pictureFolder)) await this.page.screenshot({ path: file, fullPage });
  }

  #complain(text: string): void {
    if (!this.#allowed?.test(text)) this.#complaints.push(text);
  }
}
