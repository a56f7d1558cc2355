import type { Route } from "playwright-core";
import { expect, test } from "vitest";
import type { Session } from "./session.ts";

/** Text that runs if any part of it becomes markup. */
const markup = `"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script><b>bold</b>`;
const images = [
  `https://a.example/${markup}.jpg`,
  "javascript:window.hacked=1",
  `data:text/html,${markup}`,
  `s3://bucket/../../${markup}`,
  "__proto__",
  "\u202egpj.exe\u0000\u2028",
];
const deep = `${"[".repeat(3_000)}${"]".repeat(3_000)}`;

/** States with the names of object members: an object literal could hide them. */
const definition = `{"StartAt":${JSON.stringify(markup)},"States":{
  ${JSON.stringify(markup)}:{"Type":"Task","Resource":"r","Comment":${JSON.stringify(markup)},"Next":"constructor"},
  "constructor":{"Type":"Task","Resource":"r","Catch":[{"ErrorEquals":[${JSON.stringify(markup)}],"Next":"toString"}],"End":true},
  "toString":{"Type":"Pass","End":true}}}`;

function hostileHistory(): readonly Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  const add = (type: string, field?: string, details?: unknown, previousEventId = events.length): void => {
    const timestamp = 1_800_000_000 + events.length;
    events.push({ id: events.length + 1, previousEventId, type, timestamp, ...(field && { [field]: details }) });
  };
  const batch = {
    BatchInput: { executionId: "e", topK: 5 },
    Items: images.map((image, index) => ({ index, image, duplicates: [] })),
  };
  const results = images.map((image, index) => {
    const prediction = { width: 1, height: 1, predictions: [{ label: markup, probability: 0.5 }] };
    const error = { error: { code: "ImageNotFound", message: markup } };
    return { index, image, duplicates: [], ...(index % 2 === 0 ? prediction : error) };
  });
  const failure = {
    error: markup,
    cause: JSON.stringify({ errorMessage: markup, errorType: markup, trace: [markup, markup] }),
  };
  add("ExecutionStarted", "executionStartedEventDetails", { input: JSON.stringify({ images, topK: 5 }) });
  add("TaskStateEntered", "stateEnteredEventDetails", { name: markup, input: JSON.stringify(batch) });
  add("TaskScheduled", "taskScheduledEventDetails", { resource: markup, parameters: markup });
  add("TaskStarted");
  add("TaskSucceeded", "taskSucceededEventDetails", { output: `{"__proto__":{"hacked":1},"a":${deep}}` });
  add("TaskStateExited", "stateExitedEventDetails", { name: markup, output: JSON.stringify({ results }) });
  add("TaskStateEntered", "stateEnteredEventDetails", {
    name: "constructor",
    input: `{"constructor":{"__proto__":1}}`,
  });
  add("TaskScheduled");
  add("TaskFailed", "taskFailedEventDetails", failure);
  // Histories that no service writes: an event after itself, one after none, unknown types, impossible numbers.
  add("TaskStarted", undefined, undefined, events.length + 1);
  add("MapIterationStarted", "mapIterationStartedEventDetails", { name: markup, index: -1 }, 999_999);
  add(`${markup}StateEntered`, "stateEnteredEventDetails", { name: {}, input: 7 });
  add("ExecutionFailed", "executionFailedEventDetails", failure);
  return events;
}

/** Responds in place of Step Functions for every execution that is opened. */
async function answer(route: Route): Promise<void> {
  const request = route.request();
  const operation = request.url().split("/").at(-1);
  const { executionArn = "" } = request.postDataJSON() as { readonly executionArn?: string };
  const name = executionArn.split(":").at(-1);
  const date = "2027-01-15T08:00:00.000Z";
  const described = {
    executionArn,
    name,
    status: "FAILED",
    startDate: date,
    stopDate: date,
    error: markup,
    cause: deep,
  };
  const bodies: Readonly<Record<string, unknown>> = {
    GetExecutionHistory: { events: hostileHistory() },
    DescribeStateMachineForExecution: { definition },
    DescribeExecution: { ...described, input: JSON.stringify({ images }), redriveStatusReason: markup },
  };
  const body = bodies[operation ?? ""];
  if (body === undefined) return route.fallback();
  return route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });
}

/** Labels, references, errors, names of states and histories from somebody who wants to run a script in the page. */
export function testHostile(session: () => Session): void {
  test("hostile labels, references, errors, definitions and histories are shown as text", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.route("**/aws/states/*", answer);
    try {
      const machine = new URL(page.url()).hash.split(/[/?]/)[0];
      await watched.provoking(/Failed to load resource|ERR_|400|403|404/, async () => {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, `${machine}/hostile`);
        await page.locator(".card", { hasText: "ImageNotFound" }).first().waitFor();
        await page.locator(".card h3", { hasText: markup }).first().waitFor();
        for (const list of ["#state-rows", "#event-rows"]) {
          if (list === "#event-rows") await page.getByRole("tab", { name: /^Events/ }).click();
          await page.locator(list).focus();
          await page.keyboard.press("Home");
          for (let row = 0; row < 14; row += 1) await page.keyboard.press("ArrowDown");
        }
        for (const link of await page.locator(".card .reference button").all()) await link.click();
        await page.locator(".graph .state").first().click();
        await page.locator(".inspector h3", { hasText: "bold" }).waitFor();
      });
      const found = await page.evaluate(() => ({
        hacked: "hacked" in window || "hacked" in {},
        images: document.querySelectorAll("img[src=x], #page script, #page b b").length,
        links: [...document.querySelectorAll("a")].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
        sources: [...document.images].map(({ src }) => src).filter((src) => /^(javascript|data):/.test(src)),
      }));
      expect(found).toEqual({ hacked: false, images: 0, links: 0, sources: [] });
    } finally {
      await page.unroute("**/aws/states/*");
      await page.locator("a.home").click();
    }
  });
}
