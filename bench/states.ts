import { setTimeout as delay } from "node:timers/promises";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import Table from "cli-table3";
import { readCommand } from "../lib/command.ts";
import { harness } from "../packages/local-aws/src/lambda/test-support/harness.ts";
import { localSide } from "../test/lanes/aws/local-side.ts";
import { motoSide } from "../test/lanes/aws/moto-side.ts";
import type { Side, Story } from "../test/lanes/aws/side.ts";
import { median } from "../test/lanes/support/median.ts";
import { figure } from "./figures.ts";

const values =
  readCommand(
    `npm run bench:states -- [options]

Prints what a state transition, an inline Map of 1,000 items and an invocation cost, against moto in the same run.

  --quick   Fewer rounds
  --json    Figures as JSON instead of a table
  --help    This text
`,
    { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  ) ?? process.exit();

const rounds = values.quick ? 3 : 7;
const chained = 200;
const items = 1_000;
/** Number of consecutive Task states, so that the time of starting an execution does not matter. */
const calls = 20;
/** Interval in milliseconds at which both sides are asked whether an execution has ended. */
const pollMs = 5;

const chain = (count: number, state: object): string => {
  const names = Array.from({ length: count }, (_, index) => `S${index}`);
  const states = names.map((name, index) => {
    const next = names[index + 1];
    return [name, { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return JSON.stringify({ StartAt: "S0", States: Object.fromEntries(states) });
};
const processor = { StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } };

/** The definitions that are run, and how many of the measured operations (`of`) each contains. */
const subjects = [
  { name: "state transition", of: chained, definition: chain(chained, { Type: "Pass" }), input: {} },
  {
    name: `inline Map of ${items} no-ops`,
    of: 1,
    definition: JSON.stringify({
      StartAt: "Map",
      States: { Map: { Type: "Map", ItemProcessor: processor, ResultPath: null, End: true } },
    }),
    input: Array.from({ length: items }, (_, index) => index),
  },
  {
    // Neither side runs a function here: this project calls a stand-in in its own process, moto calls one over HTTP.
    name: "Task state with a stand-in for its function",
    of: calls,
    definition: chain(calls, {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "noop", Payload: {} },
    }),
    input: {},
  },
] as const;

const ours = await localSide();
const theirs = await motoSide();
try {
  const figures = [];
  for (const { name, of, definition, input } of subjects) {
    const times = { ours: [] as number[], moto: [] as number[] };
    // The first round warms up both sides and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const story = { name: `bench-${subjects.findIndex((each) => each.name === name)}-${round}`, definition, input };
      const [own, peer] = [await timed(ours, story), await timed(theirs, story)];
      if (round === 0) continue;
      times.ours.push(own / of);
      times.moto.push(peer / of);
    }
    const [own, peer] = [median(times.ours), median(times.moto)];
    // These times are shorter than a tenth of a millisecond, to which other figures are rounded.
    figures.push({ ...figure({ name, peer: "moto" }, own, peer), ours: precise(own), theirs: precise(peer) });
  }
  print(figures, await sandboxMs());
} finally {
  await ours.stop();
  await theirs.stop();
}

/** Milliseconds from the start of an execution to its end, as measured by a client. */
async function timed(side: Side, story: Omit<Story, "script">): Promise<number> {
  const started = performance.now();
  const executionArn = await side.start({ ...story, script: () => ({ result: {} }) });
  for (;;) {
    const { status, cause } = await side.client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return performance.now() - started;
    if (status !== "RUNNING") throw new Error(`${side.name} ended "${story.name}" as ${status}: ${cause}`);
    await delay(pollMs);
  }
}

/**
 * A warm call of a function that runs in a separate process, in milliseconds. moto has no figure, because it runs
 * functions only in Docker.
 */
async function sandboxMs(): Promise<number> {
  const opened = harness({ handlers: { noop: "export const handler = async () => ({});" } });
  try {
    const times: number[] = [];
    for (let call = 0; call < 100; call += 1) {
      const started = performance.now();
      const { failed } = await opened.invoke("noop");
      if (failed) throw new Error("the function failed");
      times.push(performance.now() - started);
    }
    return median(times.slice(1));
  } finally {
    await opened.stop();
  }
}

function precise(ms: number): number {
  return Number(ms.toFixed(3));
}

function print(figures: readonly ReturnType<typeof figure>[], invoke: number): void {
  const alone = { name: "warm invocation of a function in its process", ours: precise(invoke), unit: "ms" };
  if (values.json) {
    console.log(JSON.stringify({ figures, alone: [alone] }));
    return;
  }
  const table = new Table({ head: ["figure", "ours", "moto", "ratio"], style: { head: [], border: [] } });
  for (const { name, ours: own, theirs: peer, unit, ratio } of figures) {
    table.push([name, `${own} ${unit}`, `${peer} ${unit}`, String(ratio)]);
  }
  table.push([alone.name, `${alone.ours} ms`, "runs functions in Docker only", ""]);
  console.log(table.toString());
}
