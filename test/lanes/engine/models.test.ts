import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { AwsError } from "#local-aws";
import { liveAlias } from "../../../contract/functions.ts";
import { modelDirectory } from "../../../contract/model.ts";
import { classifyingWorkflows } from "../../../contract/release.ts";
import { opened } from "../support/opened.ts";
import { until } from "../support/until.ts";
import { laneClient } from "./account/client.ts";
import { WorkflowFunctions } from "./account/functions.ts";
import { nothing, typesOf } from "./expectations.ts";
import { leftovers } from "./leftovers.ts";
import { releaseCommand } from "./release-command.ts";
import { openedSession, openedStage, type Stage, story } from "./story.ts";

/** The model in the bucket changes while an execution of the former release is under way. */
const session = openedSession();
const stage = openedStage(session, { stack: "dev", settings: { modelSource: "bucket" } });
/** ARNs of the function versions in the order of their calls. */
const called: string[] = [];
/** The versions that are not ready at their next call. */
const sleeping = new Set<string>();
/** What Lambda says about a function that was not called for weeks. */
const notReady = new AwsError("CodeArtifactUserPendingException", "Lambda is initializing your function.", 409);
/** Another model: its files differ from those of the default one, and so does its version. */
const otherModel = opened(
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-model-"));
    cpSync(modelDirectory(), folder, { recursive: true });
    appendFileSync(path.join(folder, "golden.json"), "\n");
    return folder;
  },
  (folder) => rmSync(folder, { recursive: true, force: true }),
);
const functions = opened(async () => new WorkflowFunctions(session().account.url));
const states = opened(
  async () => new SFNClient(laneClient(session().account.url)),
  (client) => client.destroy(),
);

story(
  "an execution that began before another model was deployed ends with its own model, started cold",
  stage,
  async (on) => {
    await on.driver.perform("up");
    const before = String((await on.driver.outputs())["releaseId"]);
    let classifyNow = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      classifyNow = resolve;
    });
    on.session.account.onCall(async (arn, payload) => {
      called.push(arn);
      if (sleeping.delete(arn)) throw notReady;
      return functions().run(arn, payload, gate);
    });
    const executionArn = await start(on);
    await until("classify is called", () => called.length === 2);

    await on.driver.configure("modelDirectory", otherModel());
    const update = await on.driver.perform("up");
    expect(typesOf(update, "delete")).toEqual([]);
    expect(typesOf(update, "retain")).toContain("aws:s3/bucketObjectv2:BucketObjectv2");
    const after = String((await on.driver.outputs())["releaseId"]);
    expect(after).not.toBe(before);

    classifyNow();
    expect(await outcomeOf(executionArn)).toMatchObject({ release: before, counts: { total: 1, succeeded: 1 } });
    expect(await outcomeOf(await start(on))).toMatchObject({ release: after, counts: { total: 1, succeeded: 1 } });
    const [old, now] = functions().coldStarts;
    expect(old?.modelPrefix).not.toBe(now?.modelPrefix);
  },
);

story(
  "after a rollback the former release starts cold, and an update after it does not bring the other back",
  stage,
  async (on) => {
    const { code, output } = await releaseCommand(on, "--back");
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("has all traffic") });
    const [first] = functions().coldStarts;
    await outcomeOf(await start(on));
    expect(functions().coldStarts.at(-1)).toEqual(first);
    // The functions of the former release were not called for long: each refuses its next call. Retries follow within
    // 15 s; without them the execution would fail, or classify its images one by one.
    const formerFunctions = called.slice(-3);
    for (const arn of formerFunctions) sleeping.add(arn);
    const woken = await start(on);
    nothing(await on.driver.perform("up"));
    await on.driver.perform("refresh");
    nothing(await on.driver.perform("up"));
    await outcomeOf(woken);
    expect(called.slice(-6)).toEqual(formerFunctions.flatMap((arn) => [arn, arn]));
    expect(await statesOf(woken)).toEqual([
      "Map images",
      "Choose scale",
      "Classify batches",
      "Classify",
      "Reduce results",
    ]);
    await outcomeOf(await start(on));
    expect(functions().coldStarts.at(-1)).toEqual(first);
  },
);

story("nothing is left when the stack is deleted", stage, async (on) => {
  on.session.account.onCall(undefined);
  await on.driver.perform("destroy");
  expect(await leftovers(on.session.moto.url)).toEqual([]);
  await on.driver.remove();
});

/** Starts an execution as the API does, through the alias. */
async function start({ driver }: Stage): Promise<string> {
  const machines = (await driver.outputs())["stateMachineArns"] as Readonly<Record<string, string>>;
  const stateMachineArn = `${machines[classifyingWorkflows.main]}:${liveAlias}`;
  const input = JSON.stringify({ images: ["https://example.com/a.jpg"], topK: 1 });
  const { executionArn = "" } = await states().send(new StartExecutionCommand({ stateMachineArn, input }));
  return executionArn;
}

/** The states that an execution entered, in order. */
async function statesOf(executionArn: string): Promise<readonly string[]> {
  const { events = [] } = await states().send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }));
  return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
}

async function outcomeOf(executionArn: string): Promise<unknown> {
  const ended = await until("the execution ends", async () => {
    const execution = await states().send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === "RUNNING" ? undefined : execution;
  });
  if (ended.status !== "SUCCEEDED") throw new Error(`the execution ${ended.status}: ${ended.error}: ${ended.cause}`);
  return JSON.parse(ended.output ?? "null");
}
