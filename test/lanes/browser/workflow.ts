import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import type { RunningService } from "../support/service.ts";
import type { Verdict } from "../support/verdict.ts";
import type { Watched } from "./browser.ts";
import { settled, start, type } from "./photos.ts";

/** Writes down every status that a state of the drawing takes from now on: `Classify running`. */
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
export async function judgeWorkflow(
  watched: Watched,
  verdict: Verdict,
  { service, host }: { readonly service: RunningService; readonly host: (name: string) => string },
): Promise<void> {
  const { page } = watched;

  await verdict.check("states take their colours as they run, and cards their results one by one", async () => {
    const statuses = await recordStatuses(page);
    await start(page, () => type(page, [host("slow.jpg"), host("photo.jpg")]));
    await page.locator(".card[data-state=running]").first().waitFor();
    await page.locator(".card[data-state=classified]").first().waitFor();
    await watched.picture("running");
    await settled(page);
    const seen = await statuses();
    const wanted = ["Classify running", "Classify batches running", "Reduce results pending", "Map images succeeded"];
    const missing = [...wanted, "Classify succeeded", "Reduce results succeeded"].filter(
      (each) => !seen.includes(each),
    );
    if (missing.length > 0) throw new Error(`never seen: ${missing.join(", ")}`);
    await page.waitForTimeout(400); // Colours fade in.
    const [stroke, tone] = await page.evaluate(() => {
      const state = document.querySelector<SVGElement>("[data-name='Reduce results']");
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = "var(--succeeded)";
      const colours = [getComputedStyle(state?.querySelector("rect") as Element).stroke, getComputedStyle(probe).color];
      probe.remove();
      return colours;
    });
    if (stroke !== tone) throw new Error(`a state that succeeded is ${stroke}, not ${tone}`);
    return `${seen.length} statuses seen`;
  });

  await verdict.check("by keyboard: a state shows its runs, a run its input and output", async () => {
    await page.getByRole("button", { name: /^Classify, Task state: entered 2 times/ }).focus();
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
    const output = await page.getByLabel("Output", { exact: true }).innerText();
    if (!output.includes("Labrador retriever")) throw new Error(output.slice(0, 200));
    const selected = await page.locator("#state-rows [aria-selected=true]").innerText();
    if (!selected.includes("#1")) throw new Error(`the timeline shows "${selected}"`);
    return undefined;
  });

  await verdict.check("by keyboard: the rows of the timeline and its list of events", async () => {
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
    return undefined;
  });

  await verdict.check("a failed execution shows its exception, on the execution and on the state", async () => {
    const client = new SFNClient({
      ...{ region: "us-east-1", endpoint: service.url },
      credentials: { accessKeyId: "lane", secretAccessKey: "lane" },
    });
    const stateMachineArn = await page.locator(".executions select").inputValue();
    await client.send(new StartExecutionCommand({ stateMachineArn, name: "no-images", input: '{"images":[]}' }));
    await start(page, () => page.locator(".executions a[title=no-images]").click());
    await settled(page, "failed");
    await page.locator("header.execution .problem").waitFor();
    await page.locator(".state[data-status=failed]", { hasText: "Map images" }).click();
    const exception = await page.locator(".exception").first().innerText();
    await watched.picture("failed");
    return exception.split("\n")[0];
  });

  await verdict.check("each machine's executions are listed; an example is drawn with its branches", async () => {
    const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
    const body = JSON.stringify({
      branch1: { url: host("photo.jpg") },
      branch2: { url: host("photo.jpg") },
      branch3: { url: host("gone.jpg") },
    });
    const answer = await fetch(`${service.url}/examples/three-images`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
    await page.locator(".executions select").selectOption({ label: "three-images" });
    await start(page, () => page.locator(".executions a").first().click());
    await settled(page);
    await page.getByRole("button", { name: /^Classify branch 3, Task state: succeeded/ }).waitFor();
    await page.locator(".card[data-state=classified]").nth(1).waitFor();
    await watched.picture("branches");
    return undefined;
  });
}
