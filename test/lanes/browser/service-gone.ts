import { expect, test } from "vitest";
import type { Session } from "./session.ts";

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
      await page.getByRole("button", { name: "Classify", exact: true }).click();
      await page.waitForTimeout(3_000);
      expect(await page.locator(".problem:visible").count(), "messages").toBe(1);
      expect(await page.getByRole("alert").count(), "announcements").toBe(1);
      expect(await field.inputValue()).toBe(typed);
      await page.unroute("**/aws/**");
      await page.locator(".banner").waitFor({ state: "detached" });
    });
    expect(await field.inputValue()).toBe(typed);
    await page.reload();
    await field.waitFor();
    expect(await field.inputValue(), "after a reload").toBe(typed);
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
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(focused, "what has the focus after the dialog").toBe("Start with JSON…");
    await page.keyboard.press("Enter");
    expect(await field.inputValue()).toBe('{"images": ["https://example.com/a.jpg"');
    await field.fill("");
    await page.keyboard.press("Escape");
  });
}
