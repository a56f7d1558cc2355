import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { StateMachineResource } from "../../graph.ts";
import { type Handlers, Harness } from "./harness.ts";

/** Runs a machine to its end in a folder and returns a copy of its data folder with only the first `count` events. */
export async function recorded(
  folder: string,
  resource: StateMachineResource,
  functions: Handlers,
  input: unknown = {},
) {
  const whole = path.join(folder, "whole");
  const harness = new Harness([resource], functions, { dataDir: whole });
  const arn = await harness.start(input, "one", resource.arn);
  const ended = await harness.ended(arn);
  const events = await harness.history(arn);
  await harness.states.close();
  const [history = ""] = readdirSync(path.join(whole, "histories"));
  const lines = readFileSync(path.join(whole, "histories", history), "utf8")
    .split("\n")
    .slice(0, -1);
  const index = readFileSync(path.join(whole, "executions.jsonl"), "utf8").split("\n").slice(0, -1);
  const cut = (count: number, torn = ""): string => {
    const copy = path.join(folder, `cut-${count}`);
    cpSync(whole, copy, { recursive: true });
    writeFileSync(path.join(copy, "executions.jsonl"), `${index[0]}\n`);
    writeFileSync(path.join(copy, "histories", history), `${lines.slice(0, count).join("\n")}\n${torn}`);
    return copy;
  };
  return { arn, ended, events, cut };
}
