import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { openConsole } from "../../../cli/console.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { useAws } from "../support/aws-environment.ts";
import { opened } from "../support/opened.ts";
import { operatorOf } from "../support/operator.ts";
import { freePort } from "../support/ports.ts";
import { type RunningService, startService } from "../support/service.ts";
import { longestWaitMs, openBrowser, Watched } from "./browser.ts";

/**
 * `npm run console` for a stack: the one-machine runtime takes the place of AWS, because AWS's SDK can be pointed to it,
 * and its outputs take the place of those that the command `pulumi` prints.
 */
const session = opened(
  async () => {
    const service = await startService();
    const { credentials } = operatorOf(service);
    const restore = useAws(service.url, credentials);
    return { service, browser: await openBrowser(), restore };
  },
  async ({ service, browser, restore }) => {
    restore();
    await browser.close();
    await service.stop();
  },
);

/** Runs the command until `use` is done. Returns what it printed and its exit code. */
async function withConsole(
  parameters: readonly string[],
  use: (entrance: string) => Promise<void>,
): Promise<{ readonly printed: string; readonly code: number }> {
  const { service } = session();
  const end = new AbortController();
  let printed = "";
  let opened = (_: string): void => {};
  const entrance = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const stream = {
    write(text: string) {
      printed += text;
      const [address] = /http:\S+token=\S+/.exec(text) ?? [];
      if (address !== undefined) opened(address);
    },
  };
  const command = openConsole(["--stack", "dev", "--port", String(await freePort()), ...parameters], {
    stdout: stream,
    stderr: stream,
    environment: process.env,
    folder: process.cwd(),
    root: path.resolve(import.meta.dirname, "../../.."),
    signal: end.signal,
    runPulumi: async () => JSON.stringify(outputsOf(service)),
  });
  try {
    await use(await Promise.race([entrance, command.then(() => Promise.reject(new Error(printed)))]));
  } finally {
    end.abort();
  }
  return { printed, code: await command };
}

/** The stack's outputs as `pulumi stack output --json --show-secrets` prints them. */
function outputsOf({ dataDir, apiKey }: RunningService): object {
  const { graph } = JSON.parse(readFileSync(path.join(dataDir, "graph.json"), "utf8"));
  const values = Object.entries(graph.outputs as Record<string, { readonly value: unknown }>);
  return { ...Object.fromEntries(values.map(([name, { value }]) => [name, value])), apiKey };
}

async function pageAt(browser: Browser, url: string): Promise<Watched> {
  return Watched.open(browser, url);
}

test("reads a deployed stack: its executions and pictures, without any control that changes something", async () => {
  const { service, browser } = session();
  const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
  const outputs = outputsOf(service) as { readonly bucketName: string };
  const body = JSON.stringify([`s3://${outputs.bucketName}/${sampleKey}`]);
  expect((await fetch(`${service.url}/classify`, { method: "POST", headers, body })).status).toBe(202);
  const { printed, code } = await withConsole([], async (entrance) => {
    const watched = await pageAt(browser, entrance);
    const { page } = watched;
    await page.locator(".executions a.item").first().click();
    await page.locator("header.execution[data-status=succeeded], header.execution", { hasText: "Succeeded" }).waitFor();
    await page.locator(".card[data-state=done] img").waitFor();
    await expect
      .poll(() => page.locator(".card img").evaluate((each) => (each as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
    expect(await page.locator("header.top").innerText()).toContain("read only");
    expect(await page.getByRole("button", { name: /Start|Stop|Redrive|Run again|Classify$/ }).count()).toBe(0);
    await watched.picture("deployed");
    await page.getByRole("button", { name: /^Classify, Task state: succeeded/ }).click();
    await page.getByRole("button", { name: /Log of this call/ }).click();
    await page.locator(".inspector .log-lines li", { hasText: "REPORT RequestId" }).waitFor();
    expect(watched.complaints).toEqual([]);
    const second = await browser.newPage();
    second.setDefaultTimeout(longestWaitMs);
    await second.goto(entrance);
    await second.locator("text=open the URL that the terminal printed").first().waitFor();
    await second.close();
    await page.close();
  });
  expect(printed).toContain("works once");
  expect(code).toBe(0);
});

test("with --write starts an execution, after a confirmation", async () => {
  const { browser } = session();
  await withConsole(["--write"], async (entrance) => {
    const watched = await pageAt(browser, entrance);
    const { page } = watched;
    await page.getByRole("button", { name: "Start with JSON…" }).click();
    const command = await page.getByRole("dialog").locator("pre").first().textContent();
    expect(command).toMatch(/^aws stepfunctions start-execution --state-machine-arn /);
    await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
    await page.locator(".card[data-state=done]").first().waitFor();
    await page.getByRole("button", { name: /^Classify, Task state: succeeded/ }).click();
    await page.getByRole("button", { name: "Try this state…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Try it" }).click();
    await page.locator("pre[aria-label^=Result]", { hasText: "Labrador retriever" }).waitFor();
    await watched.picture("tried");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    expect(watched.complaints).toEqual([]);
    await page.close();
  });
});

test("what cannot be shown ends the command with one sentence", async () => {
  const refused = async (parameters: readonly string[]) => {
    let printed = "";
    const stream = {
      write(text: string) {
        printed += text;
      },
    };
    const surroundings = { stdout: stream, stderr: stream, environment: {}, folder: ".", root: "." };
    return [await openConsole(parameters, surroundings), printed.trim().split("\n").at(-1)] as const;
  };
  expect(await refused([])).toEqual([2, expect.stringContaining("--stack NAME, or --machine ARN")]);
  expect(await refused(["--machine", "workflow"])).toEqual([2, expect.stringContaining("ARN of a state machine")]);
  const absent = "arn:aws:states:us-east-1:000000000000:stateMachine:absent";
  expect(await refused(["--machine", absent])).toEqual([3, expect.stringContaining("absent")]);
});
