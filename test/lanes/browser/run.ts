import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { sampleKey } from "../../../contract/workflow.ts";
import { type RunningService, startService } from "../support/service.ts";
import { Verdict } from "../support/verdict.ts";

/** The console in a real headless Chromium, against the running product. `--pictures DIR` keeps what it looked like. */
const { values } = parseArgs({ options: { pictures: { type: "string" } } });
const verdict = new Verdict();
const service = await startService();
const browser = await openBrowser();
const complaints: string[] = [];
try {
  const page = await openPage(browser);
  await classifySample(page);
  await dropPhoto(page, service);
  await badAddresses(page);
  await keyboard(page);
  await narrowAndDark(page);
  verdict.claim("the browser has nothing to complain about", complaints.length === 0, complaints.join("\n"));
} finally {
  await browser.close();
  await service.stop();
}
verdict.close();

async function openBrowser(): Promise<Browser> {
  const executablePath = "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    console.log("installing Chromium from Debian's packages");
    execFileSync("apt-get", ["update", "-qq"], { stdio: "inherit", timeout: 300_000 });
    execFileSync("apt-get", ["install", "-y", "-qq", "chromium"], {
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

async function openPage(from: Browser): Promise<Page> {
  const page = await from.newPage({ viewport: { width: 1440, height: 1150 } });
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A thumbnail of an address that cannot be reached is what the page is tested with.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(service.url);
  return page;
}

async function classifySample(page: Page): Promise<void> {
  await verdict.check("the sample photo shows its label and every state green", async () => {
    await page.getByRole("button", { name: "Try the sample photo" }).click();
    await page.locator(".result.classified").getByText("Labrador retriever").waitFor();
    await page.locator(".pill[data-status=SUCCEEDED]").first().waitFor();
    const states = page.locator("#graph .state[data-status=succeeded]");
    if ((await states.count()) < 4) throw new Error(`${await states.count()} states are green, not at least 4`);
    return `${await states.count()} states`;
  });
  await picture(page, "sample");
}

async function dropPhoto(page: Page, { url }: RunningService): Promise<void> {
  await verdict.check("a dropped photo is uploaded, classified and shown with its own pixels", async () => {
    const bytes = Buffer.from(await (await fetch(`${url}/${sampleKey}`)).arrayBuffer()).toString("base64");
    const transfer = await page.evaluateHandle((encoded) => {
      const data = new DataTransfer();
      const pixels = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
      for (const name of ["first.jpg", "second.jpg"]) data.items.add(new File([pixels], name, { type: "image/jpeg" }));
      return data;
    }, bytes);
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    await page.locator(".result.classified").nth(1).waitFor();
    const source = await page.locator(".result.classified img").first().getAttribute("src");
    if (!source?.startsWith("blob:")) throw new Error(`the thumbnail is "${source}"`);
    return undefined;
  });
}

async function badAddresses(page: Page): Promise<void> {
  await verdict.check("addresses that fail show their typed errors as text, beside the one that works", async () => {
    const hostile = "https://example.invalid/<img src=x onerror=alert(1)>.jpg";
    const addresses = ["http://169.254.169.254/latest", hostile, `${service.url}/${sampleKey}`];
    await page.getByLabel("Image addresses, one a line").fill(addresses.join("\n"));
    await page.getByRole("button", { name: "Classify", exact: true }).click();
    await page.locator(".result.error").nth(1).waitFor();
    await page.locator(".result.classified").waitFor();
    const codes = await page.locator(".result.error .code").allTextContents();
    if (codes[0] !== "HostNotAllowed" || codes.length !== 2) throw new Error(codes.join(", "));
    return codes.join(", ");
  });
  await picture(page, "errors");
}

async function keyboard(page: Page): Promise<void> {
  await verdict.check("a state chosen by keyboard shows its input and output", async () => {
    await page.getByRole("button", { name: /^Map images: succeeded/ }).focus();
    await page.keyboard.press("Enter");
    const text = await page.locator("#state").innerText();
    if (!text.includes("executionId") || !text.includes("Input")) throw new Error(text);
    return undefined;
  });
}

async function narrowAndDark(page: Page): Promise<void> {
  await verdict.check("a narrow window has no sideways scrolling", async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    if ((inner ?? 0) > (outer ?? 0)) throw new Error(`the page is ${inner} wide in a window of ${outer}`);
    return undefined;
  });
  await page.setViewportSize({ width: 1440, height: 1150 });
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "dark");
}

async function picture(page: Page, name: string): Promise<void> {
  if (values.pictures === undefined) return;
  mkdirSync(values.pictures, { recursive: true });
  writeFileSync(path.join(values.pictures, `${name}.png`), await page.screenshot());
}
