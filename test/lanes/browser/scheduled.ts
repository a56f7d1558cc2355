import { expect, test } from "vitest";
import type { Session } from "./session.ts";

/** Two more than the page shows at first. */
const count = 22;

/** Executions that wait for their time. */
export function testScheduled(session: () => Session): void {
  test("scheduled executions are listed with their time; a long list says how many more there are", async () => {
    const { watched, service, urlOf } = session();
    const { page } = watched;
    const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
    const notBefore = new Date(Date.now() + 24 * 3_600_000).toISOString();
    const body = JSON.stringify({ images: [urlOf("photo.jpg")], notBefore });
    const schedule = async () => {
      const response = await fetch(`${service.url}/classify`, { method: "POST", headers, body });
      expect(response.status, await response.clone().text()).toBe(202);
      return ((await response.json()) as { readonly executionId: string }).executionId;
    };
    const ids = await Promise.all(Array.from({ length: count }, schedule));
    await page.locator("a.home").click();
    const rows = page.locator(".scheduled li");
    const more = page.getByRole("button", { name: "Show more scheduled executions" });
    await page.getByText("These 20 were scheduled last; 2 wait as well.").waitFor();
    expect(await rows.count()).toBe(20);
    await watched.picture("scheduled");
    await more.click();
    await expect.poll(() => rows.count()).toBe(count);
    await more.waitFor({ state: "detached" });
    await watched.picture("scheduled-all");
    await page.locator(`.scheduled a[title="${ids[0]}"]`).click();
    await page.locator("main .badge", { hasText: "Scheduled" }).waitFor();
    await page.locator("header.execution", { hasText: "waiting: starts" }).waitFor();
    await Promise.all(ids.map((id) => fetch(`${service.url}/executions/${id}`, { method: "DELETE", headers })));
    await page.locator("a.home").click();
    await rows.first().waitFor({ state: "detached" });
  });
}
