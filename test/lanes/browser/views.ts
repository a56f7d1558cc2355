import {
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
} from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { statesClient } from "../support/states.ts";
import { settled, start } from "./photos.ts";
import type { Session } from "./session.ts";

const jsonFile = (name: string, value: unknown) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
});

const openFiles = (page: Page, files: readonly ReturnType<typeof jsonFile>[]): Promise<void> =>
  page.locator("main input[type=file]").setInputFiles([...files]);

/** The history of an execution as the AWS command line exports it, and its definition. */
async function exported({ service }: Session, machineArn: string) {
  const client = statesClient(service);
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
  const executionArn = executions.find(({ name }) => name !== "no-images")?.executionArn;
  const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }));
  const { definition } = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  return { history: { events }, definition: definition ?? "" };
}

/** What the page shows of executions besides their images: lists, links, the drawing, the timeline, exported histories. */
export function testViews(session: () => Session): void {
  test("the list of executions is searched, and says how much of it", async () => {
    const { page } = session().watched;
    await page.locator("a.home").click();
    const search = page.getByLabel("Search executions by name, image or input");
    await search.fill("slow.jpg");
    await page.locator(".executions [role=status]", { hasText: /^\s*[12] found · (\d+) of \1 searched/ }).waitFor();
    await search.fill("");
    await page.getByLabel("Show executions by status").selectOption("FAILED");
    await page.locator(".executions a.item[title=no-images]").waitFor();
    await expect.poll(() => page.locator(".executions a.item").count()).toBe(1);
    await page.getByLabel("Show executions by status").selectOption("");
    await page.locator(".executions .outcome", { hasText: "3 of 5 failed" }).first().waitFor();
    const period = page.getByLabel("Show by start time");
    await period.selectOption("Between…");
    await page.getByLabel("Started before").fill("2020-01-01T00:00");
    await page.locator(".executions", { hasText: "No executions." }).waitFor();
    await period.selectOption("Last hour");
    await page.locator(".executions .outcome", { hasText: "3 of 5 failed" }).first().waitFor();
    await period.selectOption("Any time");
    await page.locator(".executions img.first-image").first().waitFor();
  });

  test("the filter of the list is in the address: a link leads to it, and so do back and forward", async () => {
    const { page } = session().watched;
    await page.locator("a.home").click();
    const items = page.locator(".executions a.item");
    const status = page.getByLabel("Show executions by status");
    const search = page.getByLabel("Search executions by name, image or input");
    await status.selectOption("FAILED");
    await page.getByLabel("Show by start time").selectOption("Last 24 hours");
    await search.fill("no-im");
    await expect.poll(() => page.url()).toMatch(/\?status=FAILED&last=24h&search=no-im$/);
    await start(page, () => page.locator(".executions a.item[title=no-images]").click());
    await settled(page, "failed");
    const link = page.url();
    expect(link).toMatch(/no-images\?status=FAILED&last=24h&search=no-im$/);
    await page.goto("about:blank");
    await page.goto(link);
    await settled(page, "failed");
    await expect.poll(() => items.count()).toBe(1);
    await expect.poll(() => search.inputValue()).toBe("no-im");
    await expect.poll(() => page.getByLabel("Show by start time").inputValue()).toBe("24h");
    await search.fill("");
    await status.selectOption("");
    await expect.poll(() => items.count()).toBeGreaterThan(1);
    await page.goBack();
    await expect.poll(() => status.inputValue()).toBe("FAILED");
    await expect.poll(() => items.count()).toBe(1);
    await page.goForward();
    await expect.poll(() => status.inputValue()).toBe("");
    await expect.poll(() => items.count()).toBeGreaterThan(1);
    await page.locator("a.home").click();
    await expect.poll(() => page.getByLabel("Show by start time").inputValue()).toBe("");
  });

  test("a filter in the address that means nothing is ignored, and the page says so", async () => {
    const { watched } = session();
    const { page } = watched;
    const home = page.url().split("#")[0];
    const items = page.locator(".executions a.item");
    await page.goto(`${home}#?status=__proto__&last=ever&after=%3Cimg%20src=x%3E&before=9e99`);
    await page
      .locator(".problem", { hasText: "status=__proto__, last=ever, after=<img src=x>, before=9e99" })
      .waitFor();
    await expect.poll(() => items.count()).toBeGreaterThan(1);
    expect(await page.getByLabel("Show by start time").inputValue()).toBe("");
    await page.goto(`${home}#?search=${encodeURIComponent("<img src=x onerror=alert(1)>")}&after=9999-12-31T23:59:59Z`);
    await page.locator(".executions", { hasText: /0 found/ }).waitFor();
    await page.getByLabel("Started after").waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    await watched.picture("list-filter");
    await page.locator("a.home").click();
    await expect.poll(() => items.count()).toBeGreaterThan(1);
  });

  test("a state, a filter of events and the way back are in the address", async () => {
    const { page } = session().watched;
    await page.locator(".executions a.item[title=no-images]").click();
    await page.getByRole("tab", { name: /^Events/ }).click();
    await page.getByLabel("Show events by type").selectOption("ExecutionFailed");
    await page.locator("#event-rows .row", { hasText: "ExecutionFailed" }).waitFor();
    await expect.poll(() => page.locator("#event-rows .row").count()).toBe(1);
    await expect.poll(() => page.url()).toContain("type=ExecutionFailed");
    await page.reload();
    await page.locator("#event-rows .row", { hasText: "ExecutionFailed" }).waitFor();
    await expect.poll(() => page.locator("#event-rows .row").count()).toBe(1);
    await page.locator("#event-rows .row").click();
    await page.locator(".inspector h3", { hasText: "ExecutionFailed" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".inspector h3", { hasText: /^Execution$/ }).waitFor();
    await page.goBack();
    await page.locator(".inspector h3", { hasText: "ExecutionFailed" }).waitFor();
    await page.goForward();
    await page.locator(".inspector h3", { hasText: /^Execution$/ }).waitFor();
    await expect.poll(() => page.title()).toMatch(/^Failed · no-images/);
  });

  test("a link to what does not exist says so, and leads on", async () => {
    const { watched } = session();
    const { page } = watched;
    const [address = ""] = page.url().split("?");
    await page.goto(`${address}?event=999&colour=red`);
    await page.locator(".inspector", { hasText: "This execution has no event 999." }).waitFor();
    await page.locator(".problem", { hasText: "ignored: colour=red" }).waitFor();
    await page.getByRole("button", { name: "Whole execution", exact: true }).click();
    await page.locator(".inspector h3", { hasText: /^Execution$/ }).waitFor();
    await page.locator(".problem", { hasText: "InvalidLink" }).waitFor({ state: "detached" });
    await watched.provoking(/status of 400/, async () => {
      await page.goto(`${address.split("/").slice(0, -1).join("/")}/absent`);
      await page.getByRole("link", { name: "See the executions that exist" }).click();
    });
    await page.locator(".executions a.item").first().waitFor();
  });

  test("the definition is beside the drawing and follows the selection; a value has a path", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.getByRole("button", { name: "Definition", exact: true }).click();
    await page.getByRole("button", { name: /^Classify one image, Task state/ }).press("Enter");
    const marked = page.locator(".graph .json li[data-marked=true]");
    await marked.locator("> .fold", { hasText: "Classify one image" }).waitFor();
    await marked.locator(".value", { hasText: "Type" }).first().click();
    await page.locator(".graph .path-bar code", { hasText: 'States["Classify one image"].Type' }).waitFor();
    await watched.picture("definition");
    await page.getByRole("button", { name: "Definition", exact: true }).click();
  });

  test("the timeline shows a range of time, by buttons and by dragging", async () => {
    const { page } = session().watched;
    await start(page, () => page.locator(".executions .outcome", { hasText: "3 of 5 failed" }).first().click());
    await settled(page);
    const reduced = page.locator("#state-rows .row", { hasText: "Reduce results" });
    await reduced.waitFor();
    const all = await page.locator("#state-rows .row").count();
    const axis = page.locator(".axis svg");
    const { width = 0 } = (await axis.boundingBox()) ?? {};
    // The last state begins after the first has ended, so one of these two ranges is without one of them.
    const begins = Number.parseFloat((await reduced.locator("line.whole").getAttribute("x1")) ?? "") / 100;
    const [from, to] = begins > 0.2 ? [0.02, 0.1] : [0.9, 0.98];
    await axis.hover({ position: { x: width * from, y: 10 } });
    await page.mouse.down();
    await axis.hover({ position: { x: width * to, y: 10 } });
    await page.mouse.up();
    await page.locator(".timeline [role=status]", { hasText: /states in this range/ }).waitFor();
    await expect.poll(() => page.locator("#state-rows .row").count()).toBeLessThan(all);
    await page
      .getByRole("group", { name: "Range of the time axis" })
      .getByRole("button", { name: "Fit the whole execution" })
      .click();
    await expect.poll(() => page.locator("#state-rows .row").count()).toBe(all);
  });

  test("an exported history is shown without a service, with its definition and without", async () => {
    const { watched } = session();
    const { page } = watched;
    const stateMachineArn = await page.getByLabel("State machine").inputValue();
    const { history, definition } = await exported(session(), stateMachineArn);
    await page.locator("#tab-states", { hasText: /^\s*States\s+\d+/ }).waitFor();
    await page.getByRole("link", { name: "Open an exported history" }).click();
    await page.getByRole("heading", { name: "Open an exported history" }).waitFor();
    const calls: string[] = [];
    page.on("request", (request) => calls.push(request.url()));
    await openFiles(page, [jsonFile("history.json", history)]);
    await page.locator(".imported", { hasText: "made from the history" }).waitFor();
    await page.getByRole("button", { name: /^Map images, Task state: succeeded/ }).click();
    await page.locator(".inspector h3", { hasText: "Map images" }).waitFor();
    expect(await page.getByRole("button", { name: /Stop|Redrive|Run again|Try this state/ }).count()).toBe(0);
    await openFiles(page, [jsonFile("workflow.asl.json", definition)]);
    await page.getByRole("button", { name: /^Classify at scale, Map state: not entered/ }).waitFor();
    await page.locator(".imported", { hasText: "made from the history" }).waitFor({ state: "detached" });
    await page.locator(".inspector h3", { hasText: "Map images" }).waitFor();
    await page.locator(".imported", { hasText: "A reload of this tab shows it again" }).waitFor();
    await watched.picture("imported");
    await page.reload();
    await page.getByRole("button", { name: /^Classify at scale, Map state: not entered/ }).waitFor();
    await page.locator(".inspector h3", { hasText: "Map images" }).waitFor();
    await page.locator(".imported", { hasText: "A reload of this tab shows it again" }).waitFor();
    expect(calls.filter((url) => /History|ForExecution|MapRun|Invoke/.test(url))).toEqual([]);
  });

  test.each([
    ["notes.json", "no JSON", /"notes.json" is not JSON/],
    ["other.json", { a: 1 }, /neither a history/],
    ["<img src=x onerror=alert(1)>.json", { events: [{ id: 1 }] }, /is not an event of a history/],
  ])("the file %s is refused with a sentence, and what is shown remains", async (name, value, sentence) => {
    const { page } = session().watched;
    await openFiles(page, [jsonFile(name, value)]);
    await page.locator(".imported .problem", { hasText: sentence }).waitFor();
    await page.locator(".inspector").waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });

  test("a hostile history is text, and makes this browser fetch nothing", async () => {
    const { page } = session().watched;
    const markup = "<img src=x onerror=alert(1)>";
    const foreign = "https://tracker.invalid/pixel.png";
    const prediction = {
      index: 0,
      image: foreign,
      width: 1,
      height: 1,
      predictions: [{ label: markup, probability: 1 }],
    };
    const details = (value: object) => ({ timestamp: "2026-03-01T10:00:00Z", anyEventDetails: value });
    const events = [
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        ...details({ input: JSON.stringify({ images: [foreign], topK: 5 }) }),
      },
      { id: 2, previousEventId: 1, type: "TaskStateEntered", ...details({ name: markup, input: "{}" }) },
      { id: 3, previousEventId: 2, type: "TaskFailed", ...details({ error: markup, cause: markup }) },
      {
        id: 4,
        previousEventId: 3,
        type: `${markup}StateExited`,
        ...details({ name: markup, output: JSON.stringify({ results: [prediction] }) }),
      },
      { id: 5, previousEventId: 4, type: markup, ...details({ [markup]: markup }) },
    ];
    const fetched: string[] = [];
    page.on("request", (request) => fetched.push(request.url()));
    await openFiles(page, [jsonFile("hostile.json", { events })]);
    await page.locator("#state-rows .row", { hasText: markup }).first().click();
    await page.locator(".inspector h3", { hasText: markup }).waitFor();
    await page.getByRole("tab", { name: /^Events 5/ }).click();
    await page.locator("#event-rows .row", { hasText: markup }).last().click();
    await page.locator(".card").first().waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(fetched.filter((url) => url.includes("tracker"))).toEqual([]);
  });
}
