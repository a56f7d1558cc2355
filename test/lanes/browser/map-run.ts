import { test } from "vitest";
import { settled, start, type } from "./photos.ts";
import type { Session } from "./session.ts";

/** More images than an inline plan may contain with this lane's `inlineLimit`, and fewer than a page of cards. */
const images = 40;

/** A list that runs as a Distributed Map: its Map Run, and the child executions to which the page links. */
export function testMapRun(session: () => Session): void {
  test("a long list shows its Map Run, counts its items and leads to its child executions", async ({ annotate }) => {
    const { watched, urlOf } = session();
    const { page } = watched;
    const references = Array.from({ length: images }, (_, index) => urlOf(`photo.jpg?number=${index}`));
    // The page shows another workflow; only the start page has the form for images.
    await page.locator("a.home").click();
    await start(page, () => type(page, references));
    await settled(page);
    const run = page.locator("details.map-run");
    await run.locator("summary", { hasText: "child executions succeeded" }).click();
    await run.locator("li a").first().waitFor();
    await watched.picture("map-run");
    await annotate(`${await run.locator("li").count()} child executions`);
    await run.locator("li a").first().click();
    await page.getByRole("button", { name: /^Classify \(child\), Task state/ }).waitFor();
    await page.locator(".card[data-state=done]").first().waitFor();
    // Images of other children would have no result here.
    await page.locator(".card", { hasText: "No result" }).first().waitFor({ state: "detached" });
    await watched.picture("child");
  });
}
