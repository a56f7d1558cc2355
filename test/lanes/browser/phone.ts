import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { settled, start } from "./photos.ts";
import type { Session } from "./session.ts";

/** Controls that are narrower or lower than 44 pixels. Links inside a sentence are exempt (WCAG 2.2, 2.5.8). */
function smallControls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const controls =
      "button, select, input:not([type=file]), textarea, summary, [role=tab], a.home, .executions a, a.button";
    return [...document.querySelectorAll<HTMLElement>(controls)].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      if (!element.checkVisibility() || (width >= 43.5 && height >= 43.5)) return [];
      return [`${element.outerHTML.slice(0, 80)}: ${Math.round(width)} × ${Math.round(height)}`];
    });
  });
}

/** The page on a phone, and with reduced motion. */
export function testPhone(session: () => Session): void {
  test("on a phone the list, the results and the graph can be used, by controls of at least 44 pixels", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.setViewportSize({ width: 390, height: 844 });
    try {
      await start(page, () => page.locator(".executions a.item", { hasText: "photo.jpg" }).first().click());
      await settled(page);
      await page.locator(".card[data-state=done]").first().waitFor();
      await expect.poll(() => smallControls(page)).toEqual([]);
      await watched.picture("phone");
      await page.getByRole("button", { exact: true, name: "Fit" }).click();
      await page.locator(".graph .state", { hasText: "Reduce results" }).click();
      const sheet = page.locator(".inspector[data-chosen=true]");
      await sheet.locator("h3", { hasText: "Reduce results" }).waitFor();
      await expect.poll(() => smallControls(page), { message: "with the inspector" }).toEqual([]);
      await expect.poll(async () => (await sheet.boundingBox())?.width).toBe(390);
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "detached" });
    } finally {
      await page.setViewportSize({ width: 1440, height: 1100 });
    }
  });

  test("with reduced motion nothing moves, not even what is in progress", async () => {
    const { page } = session().watched;
    await page.emulateMedia({ reducedMotion: "reduce" });
    try {
      await page.evaluate(() => {
        const moving = document.body.appendChild(document.createElement("div"));
        moving.id = "moving";
        moving.innerHTML =
          '<svg><path class="spin"></path></svg><div class="card" data-state="running"><div class="thumbnail"></div></div>';
      });
      await page.locator("#moving .thumbnail").waitFor({ state: "attached" });
      const moving = () =>
        page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);
      await expect.poll(moving).toBe(0);
    } finally {
      await page.evaluate(() => document.querySelector("#moving")?.remove());
      await page.emulateMedia({ reducedMotion: null });
    }
  });
}
