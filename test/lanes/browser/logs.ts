import { expect, test } from "vitest";
import { expectNoSidewaysScrolling } from "./accessibility.ts";
import { settled, start, type } from "./photos.ts";
import type { Session } from "./session.ts";

/** The logs of calls and executions, what an execution cost, and runs of Express workflows. */
export function testLogs(session: () => Session): void {
  test("an attempt shows the lines of its call only, and nothing is read before it is opened", async () => {
    const { watched, urlOf } = session();
    const { page } = watched;
    const reads: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/aws/logs/FilterLogEvents")) reads.push(request.postData() ?? "");
    });
    // The page shows another workflow; only the start page has the form for images.
    await page.locator("a.home").click();
    await start(page, () => type(page, [urlOf("photo.jpg")]));
    await settled(page);
    await page.getByRole("button", { name: /^Classify, Task state: succeeded/ }).click();
    const log = page.getByRole("button", { name: /Log of this call/ });
    await log.waitFor();
    expect(reads).toEqual([]);
    await log.click();
    const lines = page.locator(".inspector .log-lines li");
    await lines.filter({ hasText: "REPORT RequestId" }).waitFor();
    await lines.filter({ hasText: "state=Classify attempt=0" }).waitFor();
    // Lines of other calls would be there by now: the log of the call has been read to its end.
    await page.locator(".inspector .log [role=status]").waitFor({ state: "detached" });
    await expect.poll(() => lines.filter({ hasText: "START RequestId" }).count()).toBe(1);
    await page.locator(".inspector .log .note").waitFor({ state: "detached" });
    await watched.picture("attempt-log");
  });

  test("an execution shows all its calls, and another execution's none of them", async () => {
    const { watched } = session();
    const { page } = watched;
    const panel = page.locator("section.panel.log");
    await panel.getByRole("button", { name: "Read the log" }).click();
    await panel.getByText("3 calls, 0 with errors").waitFor();
    // The service's own first call of "classify" names no execution, so it is listed below these.
    await expect
      .poll(async () => (await panel.locator(".fold.call").allInnerTexts()).slice(0, 3))
      .toEqual([
        expect.stringContaining("Map images"),
        expect.stringContaining("Classify from image"),
        expect.stringContaining("Reduce results"),
      ]);
    await panel.locator(".fold.call").nth(1).click();
    await panel.locator(".log-lines li", { hasText: "firstIndex=0" }).waitFor();
    await watched.picture("execution-log");
  });

  test("the cost is from billed durations once the log was read, and the limits are those of npm run headroom", async () => {
    const { watched } = session();
    const { page } = watched;
    const panel = page.locator("section.panel.cost");
    await panel.getByRole("button", { name: "Show cost and limits" }).click();
    await panel.getByText("those that Lambda billed").waitFor();
    const costs = panel.locator("table").first();
    for (const line of ["Step Functions: ", "Lambda map: 1 call", "Lambda classify: 1 call", "Lambda reduce: 1 call"])
      await costs.filter({ hasText: line }).waitFor();
    const limits = panel.locator("table.limits");
    for (const limit of ["time of the execution", "events of the history", "memory of classify"])
      await limits.filter({ hasText: limit }).waitFor();
    await watched.picture("cost");
  });

  test("the open log and costs fit a phone", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScrolling(page, 390);
    await watched.picture("cost-390");
    await page.setViewportSize({ width: 1440, height: 1100 });
  });

  test("the stack of a function that failed names the TypeScript, and one sentence says why", async () => {
    const { watched } = session();
    const { page } = watched;
    const machine = page.getByLabel("State machine");
    const main = await machine.inputValue();
    await machine.selectOption({ label: "branch-map-reduce" });
    await page.locator("#machine-title", { hasText: "branch-map-reduce" }).waitFor();
    await page.getByRole("button", { name: "Start with JSON…" }).click();
    await page.getByRole("dialog").getByLabel("Input, as JSON").fill('{"numbers":["one"]}');
    await start(page, () => page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click());
    await settled(page, "failed");
    const why = page.locator(".inspector .why");
    await why.filter({ hasText: /failed at its first attempt with InvalidInput/ }).waitFor();
    await why.getByRole("button", { name: "Show the call" }).click();
    await page.getByRole("button", { name: /Log of this call/ }).click();
    const stack = page.locator(".inspector .log-lines pre").first();
    await expect.poll(() => stack.innerText()).toMatch(/functions\/shared\/parse\.ts:\d+:\d+/);
    // This function says nothing of its call, and the history of a failed call has no request id.
    await page.locator(".inspector .log .note", { hasText: "does not say" }).waitFor();
    const first = page.locator(".inspector .log-lines li").first();
    await expect
      .poll(() => first.innerText(), { message: "the first line, with errors first" })
      .toContain("InvalidInput");
    await watched.picture("failed-log");
    await machine.selectOption(main);
  });

  test("Express runs of the last hour are listed from the log, with graph and history", async () => {
    const { watched, service, urlOf } = session();
    const { page } = watched;
    const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
    const body = JSON.stringify([urlOf("photo.jpg")]);
    expect((await fetch(`${service.url}/classify/sync`, { method: "POST", headers, body })).status).toBe(200);
    const machine = page.getByLabel("State machine");
    const main = await machine.inputValue();
    await machine.selectOption({ label: "classify-now" });
    await page.getByText("Express runs of the last hour").waitFor();
    await start(page, () => page.locator(".execution-rows a").first().click());
    await settled(page);
    const id = await page.locator("main .id").innerText();
    await page.getByLabel("Search executions by name, image or input").fill(id);
    await page.getByRole("link", { name: `Show the run ${id}` }).waitFor();
    await page.getByLabel("Search executions by name, image or input").fill("");
    await page.getByRole("button", { name: /^Reduce results, Task state: succeeded/ }).waitFor();
    await watched.picture("express");
    await machine.selectOption(main);
  });

  test("before more than 1,000 images are started, the page says what they cost", async () => {
    const { watched, urlOf } = session();
    const { page } = watched;
    await page.locator("a.home").click();
    const addresses = page.getByLabel("Image URLs, one per line");
    await addresses.fill(Array.from({ length: 1_001 }, (_, index) => urlOf(`photo.jpg?${index}`)).join("\n"));
    await page.locator(".composer .note", { hasText: /1,001 images cost about \$0\.\d+ \(estimate/ }).waitFor();
    await watched.picture("estimate");
    await addresses.fill(urlOf("photo.jpg"));
    await page.locator(".composer .note").waitFor({ state: "detached" });
    await addresses.fill("");
  });
}
