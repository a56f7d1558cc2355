import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Session } from "./session.ts";

/** The most messages and the most announcements that were visible in any frame of a span of time. */
function mostMessages(page: Page, spanMs: number): Promise<readonly number[]> {
  return page.evaluate(async (span) => {
    const most = [0, 0];
    const until = performance.now() + span;
    while (performance.now() < until) {
      for (const [at, selector] of [".problem", "[role=alert]"].entries()) {
        const visible = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
        most[at] = Math.max(most[at] ?? 0, visible.length);
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return most;
  }, spanMs);
}

const typed = "https://example.com/not-sent-yet.jpg";

/** What the page does while the service does not respond. */
export function testService(session: () => Session): void {
  test("a service that is gone is one message, which leaves again, and nothing typed is lost", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.locator("a.home").click();
    await page.locator(".executions a.item").first().click();
    await page.locator("main .badge").waitFor();
    const field = page.getByLabel("Image URLs, one per line");
    await field.fill(typed);
    await watched.provoking(/Failed to load resource|ERR_FAILED/, async () => {
      await page.route("**/aws/**", (route) => route.abort());
      await page.locator(".executions a.item").nth(1).click();
      await page.locator(".banner .problem").waitFor();
      const refused = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/execute-api/Invoke"));
      await page.getByRole("button", { name: "Classify", exact: true }).click();
      await refused;
      expect(await mostMessages(page, 3_000), "messages and announcements at once").toEqual([1, 1]);
      await expect.poll(() => field.inputValue()).toBe(typed);
      await page.unroute("**/aws/**");
      await page.locator(".banner").waitFor({ state: "detached" });
    });
    await expect.poll(() => field.inputValue()).toBe(typed);
    await page.reload();
    await expect.poll(() => field.inputValue(), { message: "after a reload" }).toBe(typed);
    await field.fill("");
  });

  test("what was typed into the dialog of an action is offered again after it was closed", async () => {
    const { page } = session().watched;
    await page.locator("a.home").click();
    await page.getByRole("button", { name: "Start with JSON…" }).click();
    const field = page.getByLabel("Input, as JSON");
    await field.fill('{"images": ["https://example.com/a.jpg"');
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()), { message: "what has the focus" })
      .toBe("Start with JSON…");
    await page.keyboard.press("Enter");
    await expect.poll(() => field.inputValue()).toBe('{"images": ["https://example.com/a.jpg"');
    await field.fill("");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });
}
