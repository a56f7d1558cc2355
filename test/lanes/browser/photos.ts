import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Session } from "./session.ts";

export interface Dropped {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Drops files onto the page as a mouse would. */
export async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  const encoded = files.map(({ bytes, ...file }) => ({ ...file, bytes: Buffer.from(bytes).toString("base64") }));
  const dataTransfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, type, bytes } of given) {
      const pixels = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
      data.items.add(new File([pixels], name, { type }));
    }
    return data;
  }, encoded);
  await page.dispatchEvent("#drop", "drop", { dataTransfer });
}

/** Sends URLs as a user of the page would. */
export async function type(page: Page, addresses: readonly string[]): Promise<void> {
  await page.getByLabel("Image URLs, one per line").fill(addresses.join("\n"));
  await page.getByRole("button", { name: "Classify", exact: true }).click();
}

/** Performs an action that starts an execution, and waits until the page shows that execution. */
export async function start(page: Page, work: () => Promise<void>): Promise<void> {
  const shown = (): Promise<string> => page.evaluate(() => document.querySelector("main .id")?.textContent ?? "");
  const before = await shown();
  await work();
  const later = (old: string): boolean => (document.querySelector("main .id")?.textContent ?? old) !== old;
  await page.waitForFunction(later, before);
}

/**
 * Waits until the execution that is shown has ended and the page has read all of it: until then, what is to be clicked
 * may move. A click on a link belongs in `start`, which waits until the page shows another execution.
 */
export async function settled(page: Page, status = "succeeded"): Promise<void> {
  await page.locator(`main .badge[data-status=${status}]`).waitFor();
  await page.locator("[role=status]", { hasText: `Execution ${status}.` }).waitFor({ state: "attached" });
}

/** Tests the results of photos and URLs. */
export function testPhotos(session: () => Session): void {
  const jpeg = (): Dropped => ({ name: "dog.jpg", type: "image/jpeg", bytes: session().photo });

  test("a dropped photo is stored, classified and shown with its own pixels", async ({ annotate }) => {
    const { watched } = session();
    const { page } = watched;
    await start(page, () => drop(page, [jpeg()]));
    await page.getByRole("heading", { name: "Labrador retriever" }).waitFor();
    await settled(page);
    const picture = page.locator(".card img");
    await expect.poll(() => picture.getAttribute("src"), { message: "address of the thumbnail" }).toMatch(/^blob:/);
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    const labels = page.locator(".card .labels li");
    await expect.poll(() => labels.count()).toBe(5);
    await annotate(await labels.first().innerText());
    await watched.picture("dropped");
  });

  test("the execution is in the list, and the page's address leads back to it", async () => {
    const { page } = session().watched;
    const current = page.locator(".executions a.item[aria-current=true]");
    await current.waitFor();
    const name = await page.locator("main .id").innerText();
    await page.reload();
    await page.getByRole("heading", { name: "Labrador retriever" }).waitFor();
    await expect.poll(() => page.locator("main .id").innerText()).toBe(name);
    // After the reload the page no longer has the photo itself, so it loads the photo and its name from the bucket.
    await page.locator(".card img[src*='X-Amz-Signature']").waitFor();
    await page.locator(".card .reference", { hasText: "dog.jpg" }).waitFor();
    await current.locator(".name", { hasText: "dog.jpg" }).waitFor();
  });

  test("addresses that fail show code and sentence as text, beside those that work", async () => {
    const { watched, urlOf } = session();
    const { page } = watched;
    const hostile = "https://example.invalid/<img src=x onerror=alert(1)>.jpg";
    const addresses = [
      "http://169.254.169.254/latest",
      urlOf("gone.jpg"),
      hostile,
      urlOf("photo.jpg"),
      urlOf("photo.jpg"),
    ];
    await start(page, () => type(page, addresses));
    await settled(page);
    await expect
      .poll(() => page.locator(".card[data-state=failed] .code").allInnerTexts())
      .toEqual(["HostNotAllowed", "ImageNotFound", "InvalidImageReference"]);
    await expect.poll(() => page.locator(".card[data-state=done]").count()).toBe(2);
    await page.locator(".card", { hasText: "<img src=x onerror=alert(1)>.jpg" }).waitFor();
    expect(await page.locator("main img[src='x']").count(), "addresses that became markup").toBe(0);
    await page.locator(".progress-words", { hasText: /^\s*2 of 5 images classified · 3 failed/ }).waitFor();
    await watched.picture("errors");
  });

  test("a file that is no photo is refused with code and sentence, and the photo beside it is not", async () => {
    const { page } = session().watched;
    const notes = { name: "notes.txt", type: "text/plain", bytes: Buffer.from("words") };
    await start(page, () => drop(page, [notes, jpeg()]));
    await page.locator(".composer .problem", { hasText: 'UnsupportedMediaType "notes.txt"' }).waitFor();
    await settled(page);
    await page.getByRole("heading", { name: "Labrador retriever" }).waitFor();
  });

  test("the end of each execution is announced, also in the same words as the last one", async () => {
    const { page } = session().watched;
    await page.evaluate(() => {
      const heard: string[] = [];
      const listen = (): void => {
        const text = document.querySelector("p.unseen[role=status]")?.textContent ?? "";
        if (text !== heard.at(-1)) heard.push(text);
      };
      new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
      Object.assign(window, { heard });
    });
    for (let turn = 0; turn < 2; turn += 1) {
      await page.locator("a.home").click();
      await page.locator("main .id").waitFor({ state: "detached" });
      await start(page, () => page.locator(".executions a.item", { hasText: "dog.jpg" }).first().click());
      await settled(page);
    }
    const heard = await page.evaluate(() => (window as unknown as { heard: readonly string[] }).heard);
    const end = "Execution succeeded. 1 of 1 image classified.";
    expect(heard.filter((text) => text !== "")).toEqual([end, end]);
  });

  test("an empty form and a refusal of the API are shown as code and sentence", async () => {
    const { watched, urlOf } = session();
    const { page } = watched;
    await page.getByRole("button", { name: "Classify", exact: true }).click();
    await page.locator(".problem", { hasText: "InvalidRequest" }).waitFor();
    await watched.provoking(/status of 429/, async () => {
      const body = { code: "TooManyRequests", message: "Slow down." };
      await page.route("**/aws/execute-api/Invoke", (route) => route.fulfill({ status: 429, json: body }));
      await type(page, [urlOf("photo.jpg")]);
      await page.locator(".problem", { hasText: "TooManyRequests Slow down." }).waitFor();
      await page.unroute("**/aws/execute-api/Invoke");
    });
  });
}
