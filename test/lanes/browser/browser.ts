import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

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
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
}

/** A page of the console that records every problem that the browser reports. */
export class Watched {
  readonly page: Page;
  readonly #pictures: string | undefined;
  readonly #complaints: string[] = [];
  #allowed: RegExp | undefined;

  private constructor(page: Page, pictures: string | undefined) {
    this.page = page;
    this.#pictures = pictures;
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => this.#complain(`${error.name}: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.#complain(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complain(message.text());
    });
  }

  static async open(browser: Browser, url: string, pictures: string | undefined): Promise<Watched> {
    const watched = new Watched(await browser.newPage({ viewport: { width: 1440, height: 1100 } }), pictures);
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
   * Runs `work` and ignores the problems that it provokes on purpose: Chromium reports each refused request as an error
   * of the page.
   */
  async provoking(allowed: RegExp, work: () => Promise<void>): Promise<void> {
    this.#allowed = allowed;
    try {
      await work();
    } finally {
      this.#allowed = undefined;
    }
  }

  async picture(name: string, fullPage = true): Promise<void> {
    if (this.#pictures === undefined) return;
    mkdirSync(this.#pictures, { recursive: true });
    await this.page.screenshot({ path: path.join(this.#pictures, `${name}.png`), fullPage });
  }

  #complain(text: string): void {
    if (!this.#allowed?.test(text)) this.#complaints.push(text);
  }
}
