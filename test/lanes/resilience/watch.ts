import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { logText } from "../support/logs.ts";
import { type RunningService, startService } from "../support/service.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";
import type { Verdict } from "../support/verdict.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const workflow = "statemachine/deep-learning-workflow.asl.json";

/** Edits to a copy of the project while it runs: the running system follows, and a broken program does not stop it. */
export async function watch(verdict: Verdict): Promise<void> {
  const copy = copyProject();
  const service = await startService({ root: copy });
  const client = statesClient(service.url);
  const classifyOnce = async (): Promise<string> => {
    const executionId = await start(service, [`${service.url}/${sampleKey}`]);
    const { status } = await finish(service, executionId);
    if (status !== "SUCCEEDED") throw new Error(`the execution ended as ${status}`);
    const events = await historyOf(client, await executionArn(client, /workflow/, executionId));
    return events.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? "").join("|");
  };
  try {
    await classifyOnce();
    await verdict.check("a state added to the ASL file runs", async () => {
      edit(copy, workflow, (text) =>
        text
          .replace('"StartAt": "Map images"', '"StartAt": "Look around"')
          .replace('"States": {', '"States": { "Look around": { "Type": "Pass", "Next": "Map images" },'),
      );
      await until("the new state is entered", async () => (await classifyOnce()).includes("Look around"));
      return undefined;
    });
    await verdict.check("a memory size changed in the configuration reaches the sandbox", async () => {
      edit(copy, "Pulumi.dev.yaml", (text) => `${text.trimEnd()}\n  deep-learning-workflow:classifyMemory: 1792\n`);
      await until("a REPORT line names it", async () => {
        await classifyOnce();
        return (await logText(service.url, /classify/)).includes("Memory Size: 1792 MB");
      });
      return undefined;
    });
    await verdict.check("a line changed in a function runs", async () => {
      edit(copy, "functions/reduce/handler.ts", (text) => `${text}\nconsole.log("edited while it ran");\n`);
      await until("its log shows the line", async () => {
        await classifyOnce();
        return (await logText(service.url, /reduce/)).includes("edited while it ran");
      });
      return undefined;
    });
    await verdict.check("a program that does not compile is shown, and the old one keeps serving", async () => {
      edit(copy, "index.ts", (text) => `${text}\nthrow new Error("planted mistake");\n`);
      await until("the error is printed", () => printed(service, "planted mistake"));
      await classifyOnce();
      return undefined;
    });
  } finally {
    client.destroy();
    await service.stop();
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

const printed = (service: RunningService, text: string): boolean => service.output().includes(text);

function edit(copy: string, file: string, change: (text: string) => string): void {
  const place = path.join(copy, file);
  const before = readFileSync(place, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`the edit of ${file} changed nothing`);
  writeFileSync(place, after);
}

function copyProject(): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const left = new Set([".git", "node_modules", ".build", ".data"]);
  cpSync(root, copy, { recursive: true, filter: (place) => !left.has(path.relative(root, place)) });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}
