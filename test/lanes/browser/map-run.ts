import type { Verdict } from "../support/verdict.ts";
import type { Watched } from "./browser.ts";
import { settled, start, type } from "./photos.ts";

/** More than an inline plan of the lane's `inlineLimit` takes, fewer than a page of cards. */
const images = 40;

/** A list that runs as a Distributed Map: its Map Run, and the child executions that it leads to. */
export async function judgeMapRun(watched: Watched, verdict: Verdict, host: (name: string) => string): Promise<void> {
  const { page } = watched;

  await verdict.check("a long list shows its Map Run, counts its items and leads to its child executions", async () => {
    const references = Array.from({ length: images }, (_, index) => host(`photo.jpg?number=${index}`));
    await start(page, () => type(page, references));
    await settled(page);
    const run = page.locator("details.map-run");
    await run.locator("summary", { hasText: `${images} of ${images} items done` }).click();
    await watched.picture("map-run");
    const children = await run.locator("li").count();
    await run.locator("li a").first().click();
    await page.getByRole("button", { name: /^Classify \(child\), Task state/ }).waitFor();
    const without = await page.locator(".card", { hasText: "Without a result" }).count();
    if (without > 0) throw new Error(`a child execution shows ${without} images that are not its own`);
    await watched.picture("child");
    return `${children} child executions`;
  });
}
