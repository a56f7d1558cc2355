import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { statesClient } from "../support/states.ts";
import { settled, start, type } from "./photos.ts";
import type { Session } from "./session.ts";

/** Records every status that a state of the drawing has from now on, for example `Classify running`. */
async function recordStatuses(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const note = (): void => {
      for (const state of document.querySelectorAll<SVGElement>(".graph .state")) {
        const word = `${state.dataset["name"]} ${state.dataset["status"]}`;
        if (!seen.includes(word)) seen.push(word);
      }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
    Object.assign(window, { seen });
  });
  return () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
}

/** The drawing, the timeline and the inspector, while an execution runs and afterwards. */
export function testWorkflow(session: () => Session): void {
  test("states take their colours as they run, and cards their results one by one", async () => {
    const { watched, urlOf, slow } = session();
    const { page } = watched;
    const statuses = await recordStatuses(page);
    slow.hold();
    await start(page, () => type(page, [urlOf("photo.jpg"), urlOf("slow.jpg")]));
    await page.locator(".card[data-state=running]").first().waitFor();
    await page.locator(".card[data-state=done]").first().waitFor();
    const wanted = ["Classify running", "Classify batches running", "Reduce results pending", "Map images succeeded"];
    await expect.poll(statuses, { message: "while an image is held" }).toEqual(expect.arrayContaining(wanted));
    await watched.picture("running");
    slow.release();
    await settled(page);
    await expect
      .poll(statuses)
      .toEqual(expect.arrayContaining([...wanted, "Classify succeeded", "Reduce results succeeded"]));
    // The colour changes gradually.
    const isGreen = (): boolean => {
      const state = document.querySelector<SVGElement>("[data-name='Reduce results']");
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = "var(--succeeded)";
      const tone = getComputedStyle(probe).color;
      probe.remove();
      return getComputedStyle(state?.querySelector("rect") as Element).stroke === tone;
    };
    await expect.poll(() => page.evaluate(isGreen), { message: "colour of a state that succeeded" }).toBe(true);
  });

  test("an execution that runs shows results, errors and what is in progress", async () => {
    const { watched, urlOf, slow } = session();
    const { page } = watched;
    slow.hold();
    const images = [urlOf("photo.jpg"), "http://169.254.169.254/latest", urlOf("gone.jpg"), urlOf("slow.jpg?later")];
    await start(page, () => type(page, images));
    await page.locator(".card[data-state=failed]").nth(1).waitFor();
    await page.locator(".card[data-state=done] img").waitFor();
    await page.locator(".card[data-state=running]").waitFor();
    await watched.picture("console", false);
    slow.release();
    await settled(page);
    await start(page, async () => void (await page.goBack()));
    await settled(page);
  });

  test("by keyboard: a state shows its runs, a run its input and output", async () => {
    const { page } = session().watched;
    await page.getByRole("button", { name: /^Classify, Task · .* state: entered 2 times/ }).focus();
    await page.keyboard.press("Enter");
    await page.locator(".inspector h3", { hasText: "Classify" }).waitFor();
    await page
      .locator(".stepper", { hasText: "2 runs" })
      .getByRole("button", { name: "Next", exact: true })
      .press("Enter");
    await page
      .locator(".stepper", { hasText: "1 of 2" })
      .getByRole("button", { name: "Next", exact: true })
      .press("Enter");
    await page.locator(".stepper", { hasText: "2 of 2" }).waitFor();
    await page.getByLabel("Output", { exact: true }).filter({ hasText: "Labrador retriever" }).waitFor();
    // The timeline shows it, too.
    await page.locator("#state-rows [aria-selected=true]", { hasText: "#1" }).waitFor();
  });

  test("by keyboard: the rows of the timeline and its list of events", async () => {
    const { watched } = session();
    const { page } = watched;
    await page.locator("#state-rows").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.locator(".inspector h3", { hasText: "Classify batches" }).waitFor();
    await page.getByRole("tab", { selected: true }).focus();
    await page.keyboard.press("ArrowRight");
    await page.locator("#event-rows").focus();
    await page.keyboard.press("End");
    await page.locator(".inspector h3", { hasText: "ExecutionSucceeded" }).waitFor();
    await watched.picture("events");
    await page.getByRole("tab", { name: /^States/ }).click();
  });

  test("a failed execution shows its exception, on the execution and on the state", async ({ annotate }) => {
    const { watched, service } = session();
    const { page } = watched;
    const client = statesClient(service);
    const stateMachineArn = await page.getByLabel("State machine").inputValue();
    await client.send(new StartExecutionCommand({ stateMachineArn, name: "no-images", input: '{"images":[]}' }));
    await start(page, () => page.locator(".executions a.item[title=no-images]").click());
    await settled(page, "failed");
    await page.locator("header.execution .problem").waitFor();
    await page.locator(".state[data-status=failed]", { hasText: "Map images" }).click();
    const exception = await page.locator(".exception").first().innerText();
    await watched.picture("failed");
    await annotate(exception.split("\n")[0] ?? "");
  });

  test("each machine's executions are listed; an example is drawn with its branches", async () => {
    const { watched, service, urlOf } = session();
    const { page } = watched;
    const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
    const body = JSON.stringify({
      branch1: { url: urlOf("photo.jpg") },
      branch2: { url: urlOf("photo.jpg") },
      branch3: { url: urlOf("gone.jpg") },
    });
    const answer = await fetch(`${service.url}/examples/three-images`, { method: "POST", headers, body });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    await page.getByLabel("State machine").selectOption({ label: "three-images" });
    await start(page, () => page.locator(".executions a.item[href*=three-images]").first().click());
    await settled(page);
    await page.getByRole("button", { name: /^Classify branch 3, Task state: succeeded/ }).waitFor();
    await page.locator(".card[data-state=done]").nth(1).waitFor();
    await watched.picture("branches");
  });
}
