import type { Page, Route } from "playwright-core";
import { expect, test } from "vitest";
import type { Session } from "./session.ts";

/** Number of iterations for which an inline Map of one Task records almost 25,000 events, the most that AWS allows. */
const iterations = 3_570;

function longHistory(): readonly Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  const add = (type: string, previousEventId: number, field?: string, details?: unknown): number => {
    const id = events.length + 1;
    events.push({
      id,
      previousEventId,
      type,
      timestamp: 1_800_000_000 + id / 1_000,
      ...(field && { [field]: details }),
    });
    return id;
  };
  const entered = "stateEnteredEventDetails";
  const exited = "stateExitedEventDetails";
  add("ExecutionStarted", 0, "executionStartedEventDetails", { input: "{}" });
  add("MapStateEntered", 1, entered, { name: "Classify batches", input: "{}" });
  const started = add("MapStateStarted", 2, "mapStateStartedEventDetails", { length: iterations });
  const place = (index: number) => ({ name: "Classify batches", index });
  let last = Array.from({ length: iterations }, (_, index) =>
    add("MapIterationStarted", started, "mapIterationStartedEventDetails", place(index)),
  );
  last = last.map((id) => add("TaskStateEntered", id, entered, { name: "Classify", input: '{"a":"b"}' }));
  for (const type of ["TaskScheduled", "TaskStarted", "TaskSucceeded"]) last = last.map((id) => add(type, id));
  last = last.map((id) => add("TaskStateExited", id, exited, { name: "Classify", output: '{"c":"d"}' }));
  last = last.map((id, index) => add("MapIterationSucceeded", id, "mapIterationSucceededEventDetails", place(index)));
  add("MapStateSucceeded", last.at(-1) ?? 0);
  return events;
}

/** Replaces Step Functions' response with a history that would take too long to produce here. */
async function answerHistory(route: Route, events: readonly unknown[]): Promise<void> {
  const request = route.request();
  if (!request.url().endsWith("/aws/states/GetExecutionHistory")) return route.fallback();
  const { maxResults, nextToken = "0" } = request.postDataJSON() as { maxResults: number; nextToken?: string };
  const end = Number(nextToken) + maxResults;
  const page = { events: events.slice(Number(nextToken), end), ...(end < events.length && { nextToken: String(end) }) };
  return route.fulfill({ contentType: "application/json", body: JSON.stringify(page) });
}

/** Milliseconds from a key press until the frame that shows its effect. */
function keyTime(page: Page, key: string): Promise<number> {
  return page.evaluate(async (name) => {
    const list = document.querySelector<HTMLElement>("#state-rows");
    const began = performance.now();
    list?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - began;
  }, key);
}

export function testLongHistory(session: () => Session): void {
  const events = longHistory();

  test(`a history of ${events.length} events is read in pages, and follows keys`, async ({ annotate }) => {
    const { watched } = session();
    const { page } = watched;
    await page.route("**/*", (route) => answerHistory(route, events));
    await page.getByLabel("State machine").selectOption({ label: "workflow" });
    const link = page.locator(".executions a.item[href*=workflow]:not([title=no-images])").first();
    const began = Date.now();
    await link.click();
    await page.getByRole("tab", { name: `Events ${events.length.toLocaleString("en-US")}` }).waitFor();
    const read = Date.now() - began;
    const drawn = await page.locator("#state-rows .row").count();
    expect(drawn, "rows in the document").toBeLessThanOrEqual(100);
    await page.locator("#state-rows").focus();
    const times = [await keyTime(page, "End"), await keyTime(page, "PageUp"), await keyTime(page, "ArrowUp")];
    await annotate(`${read} ms to read, ${drawn} rows drawn, keys ${times.map(Math.round).join(", ")} ms`);
    await page.locator(".inspector h3", { hasText: /#35\d\d/ }).waitFor();
    await page.unroute("**/*");
    await watched.picture("long");
  });
}
