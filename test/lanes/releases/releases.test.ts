import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { StartedExecution } from "../../../contract/http.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { call, finish } from "../support/client.ts";
import { attempt, type CommandResult } from "../support/command.ts";
import { copyProject, editFile, removeCopy } from "../support/edited-copy.ts";
import { opened } from "../support/opened.ts";
import { count } from "../support/quick.ts";
import { startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { type Fault, plant } from "./planted.ts";
import { Traffic } from "./traffic.ts";

/** Number of images that are classified during the release of a bad version. IMAGES=<count> sets it. */
const images = count("IMAGES", { quick: 800, full: 2_000 });

/**
 * A project whose stack releases gradually. It is served while its functions are edited, and each edit publishes a
 * release.
 */
const copy = opened(async () => {
  const folder = copyProject();
  editFile(
    path.join(folder, "Pulumi.dev.yaml"),
    (text) => `${text.trimEnd()}\n  deep-learning-workflow:release: gradual\n`,
  );
  return folder;
}, removeCopy);
const service = opened(
  async () => {
    const running = await startService({ root: copy() });
    // The service responds while it warms up; the command finds it once it has written its address.
    await until("the service is ready", () => existsSync(path.join(running.dataDir, "endpoint")));
    return running;
  },
  (running) => running.stop(),
);

test("without a newer release there is nothing to move", async () => {
  const { code, output } = await release();
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringMatching(/^Release \w+ has all traffic, and no newer one/m),
  });
});

test("a release with the labels of another model gets no traffic", async () => {
  const before = await status();
  const bad = await publish("labels of another model");
  const { code, output } = await release("--every", "1s");
  expect(code).toBe(1);
  expect(output).toContain(`Release ${bad} does not give the golden predictions.`);
  expect(output).toMatch(/deep-learning-workflow: "Labrador retriever" is not among the best/);
  expect(output).toMatch(/classify-now: "Labrador retriever" is not among the best/);
  expect(await status()).toEqual({ ...before, candidate: bad });
  expect((await release("--abort")).code).toBe(0);
  expect(await status()).toEqual(before);
});

test("a release that fails a fifth of the images loses its traffic, and no image is lost", async () => {
  const good = (await status()).current;
  const bad = await publish("a fifth of the images fails");
  const traffic = new Traffic(service());
  await until("some executions have ended", () => traffic.ended.length >= 2);
  const rolled = await release("--steps", "20,100", "--every", "20s", "--json");
  await until("all images are sent", () => traffic.images >= images, 900_000);
  const executions = await traffic.end();
  expect(rolled.code).toBe(1);
  const events = rolled.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; why?: string });
  expect(events.map(({ event }) => event)).toEqual([
    "golden",
    "traffic",
    ...events.slice(2, -1).map(({ event }) => event),
    "returned",
  ]);
  expect(events.at(-1)?.why).toMatch(
    /images ended with ClassificationFailed or ClassificationTimeout with the new release/,
  );

  expect(executions.reduce((sum, { counts }) => sum + (counts?.total ?? 0), 0)).toBe(traffic.images);
  expect(new Set(executions.map(({ release: id }) => id))).toEqual(new Set([good, bad]));
  for (const { release: id, counts } of executions) expect(counts?.failed).toBe(id === bad ? 4 : 0);
  // Until the first check detects the fault, the share of the bad release is at most three standard deviations above
  // its weight of 20 %.
  const begun = executions.filter(({ release: id }) => id === bad).length;
  expect(begun).toBeLessThan(0.2 * executions.length + 3 * Math.sqrt(0.16 * executions.length));
  expect(await status()).toEqual({ current: good, candidate: undefined, weight: 0 });
});

test("a release that was killed at 10 % goes on, while a third one waits", async () => {
  const before = (await status()).current;
  const ordered = await startWithKey("order-of-the-former-release");
  expect((await finish(service(), ordered)).release).toBe(before);
  const next = await publish("harmless second");
  const traffic = new Traffic(service());
  const killed = spawn(process.execPath, command("--steps", "10,50,100", "--every", "1h"), {
    cwd: copy(),
    stdio: "ignore",
  });
  const ended = once(killed, "exit");
  await until("a tenth of the traffic has moved", async () => (await status()).weight === 10);
  killed.kill("SIGKILL");
  await ended;
  plant(copy(), "harmless third");
  await until("the third is published", async () => (await rawStatus()).waiting?.id);
  const { code, output } = await release("--steps", "50,100", "--every", "8s", "--executions", "1");
  await traffic.end();
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`Release ${next} has all traffic.`) });
  // The key of a request of the former release finds its execution, although a new one would use the new release.
  expect(await startWithKey("order-of-the-former-release")).toBe(ordered);
  expect((await finish(service(), ordered)).release).toBe(before);
  const { current, candidate } = await status();
  expect(current).toBe(next);
  expect(candidate).toMatch(/^[0-9a-f]{12}$/);
});

test("the third is aborted, and the second is taken back", async () => {
  expect((await release("--abort")).code).toBe(0);
  const { current } = await status();
  const { code, stdout } = await release("--back", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ event: "back", deleted: current });
  expect(await status()).toEqual({ current: expect.not.stringMatching(current), candidate: undefined, weight: 0 });
});

test("pruning keeps the newest releases", async () => {
  const { code, stdout } = await release("--prune");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("deep-learning-workflow: 0 versions deleted"),
  });
});

/** Edits the function, waits until the release is published, and returns the release's id. */
async function publish(fault: Fault): Promise<string> {
  const before = service().output().length;
  plant(copy(), fault);
  // Reading the service's output costs nothing; each call of the command takes seconds of processor time.
  await until(`the edit "${fault}" is served`, () => /changed functions? /.test(service().output().slice(before)));
  return until(`the release "${fault}" is published`, async () => (await status()).candidate);
}

interface Status {
  readonly current: { readonly id: string };
  readonly candidate?: { readonly id: string };
  readonly waiting?: { readonly id: string };
  readonly weight: number;
}

async function rawStatus(): Promise<Status> {
  const { code, stdout, output } = await release("--status", "--json");
  if (code !== 0) throw new Error(`release --status ended with ${code}:\n${output}`);
  return JSON.parse(stdout) as Status;
}

async function status() {
  const { current, candidate, weight } = await rawStatus();
  return { current: current.id, candidate: candidate?.id, weight };
}

async function release(...parameters: readonly string[]): Promise<CommandResult> {
  return attempt(process.execPath, command(...parameters), { cwd: copy() });
}

function command(...parameters: readonly string[]): readonly string[] {
  return ["--import", "tsx", "cli/main.ts", "release", "--data", service().dataDir, ...parameters];
}

/** Posts a request with an `Idempotency-Key`, and returns the execution to which it leads. */
async function startWithKey(key: string): Promise<string> {
  const response = await call(service(), "/classify", {
    method: "POST",
    body: JSON.stringify([`${service().url}/${sampleKey}?key=${key}`]),
    headers: { "idempotency-key": key },
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`POST /classify returned ${response.status}: ${text}`);
  return StartedExecution.parse(JSON.parse(text)).executionId;
}
