import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { copyProject, editFile, removeCopy } from "../support/edited-copy.ts";
import { logText } from "../support/logs.ts";
import { opened } from "../support/opened.ts";
import { startService } from "../support/service.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";

const workflow = "statemachine/deep-learning-workflow.asl.json";

/**
 * Edits a copy of the project while it runs. Changes must take effect, and a broken program must not stop the service.
 */
const copy = opened(async () => copyProject(), removeCopy);
const service = opened(
  () => startService({ root: copy() }),
  (running) => running.stop(),
);
const client = opened(
  async () => statesClient(service()),
  (each) => each.destroy(),
);

beforeAll(async () => {
  // Until then, an edit may go unnoticed.
  await until("it is ready", () => service().output().includes("Ready in"));
});

test("a state added to the ASL file runs", async () => {
  edit(workflow, (text) =>
    text
      .replace('"StartAt": "Map images"', '"StartAt": "Look around"')
      .replace('"States": {', '"States": { "Look around": { "Type": "Pass", "Next": "Map images" },'),
  );
  await until("the new state is entered", async () => (await classifyOnce()).includes("Look around"));
});

test("a memory size changed in the configuration reaches the sandbox", async () => {
  edit("Pulumi.dev.yaml", (text) => `${text.trimEnd()}\n  deep-learning-workflow:classifyMemory: 1792\n`);
  await until("a REPORT line names it", async () => {
    await classifyOnce();
    return (await logText(service(), /classify/)).includes("Memory Size: 1792 MB");
  });
});

test("a line changed in a function runs", async () => {
  edit("functions/reduce/handler.ts", (text) => `${text}\nconsole.log("edited while it ran");\n`);
  await until("its log shows the line", async () => {
    await classifyOnce();
    return (await logText(service(), /reduce/)).includes("edited while it ran");
  });
});

test("a program that does not compile is shown, and the old one keeps serving", async () => {
  edit("index.ts", (text) => `${text}\nthrow new Error("planted mistake");\n`);
  await until("the error is printed", () => service().output().includes("planted mistake"));
  await classifyOnce();
});

/** Classifies once and returns the names of the states that were entered, joined into one text. */
async function classifyOnce(): Promise<string> {
  const executionId = await start(service(), [`${service().url}/${sampleKey}`]);
  const { status } = await finish(service(), executionId);
  expect(status).toBe("SUCCEEDED");
  const events = await historyOf(client(), await executionArn(client(), /workflow/, executionId));
  return events.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? "").join("|");
}

function edit(file: string, change: (text: string) => string): void {
  editFile(path.join(copy(), file), change);
}
