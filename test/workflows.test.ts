import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { brokenErrors, notReadyErrors, refusedErrors, unclearError } from "../contract/errors.ts";
import { apiLimits, webhookLimits } from "../contract/limits.ts";
import { prefixes } from "../contract/workflow.ts";
import { testWorkflow } from "./support/workflows.ts";

const folder = path.resolve(import.meta.dirname, "../statemachine");
const States = z.record(z.string(), z.looseObject({ Type: z.string(), Resource: z.string().optional() }));
const Workflow = z.looseObject({ StartAt: z.string(), TimeoutSeconds: z.unknown(), States });
type Workflow = z.infer<typeof Workflow>;

const read = (name: string): Workflow => Workflow.parse(JSON.parse(readFileSync(path.join(folder, name), "utf8")));
const standard = read("deep-learning-workflow.asl.json");
const express = read("classify-now.asl.json");
const all = {
  "deep-learning-workflow": standard,
  "classify-now": express,
  notify: read("notify.asl.json"),
  "single-task": read("examples/single-task.asl.json"),
  "branch-map-reduce": read("examples/branch-map-reduce.asl.json"),
  "three-images": read("examples/three-images.asl.json"),
};

/** Every object inside a document, including the document itself. */
function* objectsOf(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const child of Object.values(value)) yield* objectsOf(child);
}

/** All tasks with their names, nested ones too. */
const tasksOf = (workflow: Workflow): readonly (readonly [string, Record<string, unknown>])[] =>
  [...objectsOf(workflow)]
    .flatMap((node) => Object.entries(States.safeParse(node["States"]).data ?? {}))
    .filter(([, { Type }]) => Type === "Task");

/** What a state does, without where its workflow goes on: only the Standard one chooses between two scales. */
const workOf = ({ Next: _next, ...work }: Workflow["States"][string] = { Type: "" }) =>
  withoutPatience(withoutDeadline(withoutWaking(work)));

/** Somebody waits for the Express one: it retries a refused call fewer times. */
const withoutPatience = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, each: Partial<Retrier> | null) =>
    each?.ErrorEquals?.includes(refusedErrors[0])
      ? { ...each, MaxAttempts: "patience", MaxDelaySeconds: "patience" }
      : each,
  );

/** Somebody waits for the Express one: it alone has a deadline. */
const withoutDeadline = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each) => (key === "deadline" ? undefined : each)));

/** Only the Standard workflow waits for a function that is not ready; the Express one ends, and the API says when to try again. */
const withoutWaking = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((each) => !isAboutWaking(each)).map(withoutWaking);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => (each as { Type?: string } | null)?.Type !== "Fail");
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutWaking(each)]));
};
const isAboutWaking = (value: unknown): boolean =>
  (value as { ErrorEquals?: string[] } | null)?.ErrorEquals?.includes(notReadyErrors[0]) ?? false;

it("each task that composes its payload says which call it is, so that its log can be joined with its attempt", () => {
  const call = {
    "execution.$": "$$.Execution.Id",
    "state.$": "$$.State.Name",
    "attempt.$": "$$.State.RetryCount",
  };
  const composed = Object.values(all)
    .flatMap(tasksOf)
    .flatMap(([name, { Parameters }]) => {
      const { Payload } = (Parameters ?? {}) as { Payload?: Record<string, unknown> };
      return Payload === undefined ? [] : [[name, Payload["call"]] as const];
    });
  expect(composed.length).toBeGreaterThan(12);
  for (const [name, given] of composed) expect(given, name).toEqual(call);
});

describe("the workflow and its synchronous form", () => {
  it("define states of the same name equally, so that a fix in one reaches the other", () => {
    const shared = Object.keys(express.States).filter((name) => name in standard.States);
    expect(shared).toContain("Classify batches");
    for (const name of shared) expect(workOf(express.States[name]), name).toEqual(workOf(standard.States[name]));
  });

  it("classifies a batch equally inline and in a child execution, in states of other names, as a machine asks for", () => {
    const processorOf = (name: string, text = JSON.stringify(standard.States[name]?.["ItemProcessor"])) =>
      JSON.parse(text.replaceAll(' (child)"', '"')) as Record<string, unknown>;
    const { ProcessorConfig: _inline, ...inline } = processorOf("Classify batches");
    const { ProcessorConfig: distributed, ...child } = processorOf("Classify at scale");
    expect(child).toEqual(inline);
    expect(distributed).toMatchObject({ Mode: "DISTRIBUTED" });
  });

  it("writes the results of child executions where the bucket forgets them", () => {
    const { ResultWriter } = z
      .object({ ResultWriter: z.object({ Parameters: z.record(z.string(), z.string()) }) })
      .parse(standard.States["Classify at scale"]);
    expect(ResultWriter.Parameters["Prefix.$"]).toBe(`States.Format('${prefixes.mapRuns}{}', $.executionId)`);
  });

  it("keeps out of the Express form what Express refuses", () => {
    for (const node of objectsOf(express)) {
      expect(node["Mode"]).not.toBe("DISTRIBUTED");
      expect(String(node["Resource"] ?? "")).not.toMatch(/\.(sync|sync:2|waitForTaskToken)$|:activity:/);
    }
  });

  it("ends the Express form before the gateway gives up", () => {
    expect(express["TimeoutSeconds"]).toBe(apiLimits.syncSeconds);
  });

  it("gives the Express form alone a deadline, which leaves time to merge the results", () => {
    const deadlines = (workflow: Workflow) =>
      [...objectsOf(workflow)].flatMap((node) => ("deadline" in node ? [node["deadline"]] : []));
    expect(deadlines(standard)).toEqual([]);
    expect(deadlines(express)).toEqual([
      { "startedAt.$": "$$.Execution.StartTime", seconds: apiLimits.syncClassifySeconds },
    ]);
    expect(apiLimits.syncClassifySeconds).toBeLessThan(apiLimits.syncSeconds);
  });
});

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds: number;
}

describe("the workflow of webhooks", () => {
  const seconds = ({ MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds }: Record<string, number>) =>
    Array.from({ length: MaxAttempts ?? 0 }, (_, attempt) =>
      Math.min((IntervalSeconds ?? 0) * (BackoffRate ?? 1) ** attempt, MaxDelaySeconds ?? 0),
    ).reduce((sum, wait) => sum + wait, 0);

  it("tries again for 24 hours on average, and ends itself only after the longest waits", () => {
    const retriers = all.notify.States["Send webhook"]?.["Retry"] as { ErrorEquals: string[] }[];
    const delivery = retriers.find(({ ErrorEquals }) => ErrorEquals.includes("WebhookNotDelivered"));
    const longest = seconds(delivery as unknown as Record<string, number>);
    // With full jitter a wait is half of the backoff on average.
    expect(longest / 2 / 3_600).toBeCloseTo(webhookLimits.retryHours, -0.5);
    const timeout = Number(/"TimeoutSeconds":(\d+),"States"/.exec(testWorkflow("notify", (name) => name))?.[1]);
    expect(timeout).toBeGreaterThan(longest + 12 * 30 + 10 * 600);
  });

  it("catches whatever ends the attempts, records it and fails, so that the alarm is raised", () => {
    const { States: states } = all.notify;
    expect(states["Send webhook"]?.["Catch"]).toEqual([
      { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Record failure" },
    ]);
    const last = states["Record failure"]?.["Next"];
    expect(states[String(last)]?.Type).toBe("Fail");
  });
});

describe.each(Object.entries(all))("%s", (name, workflow) => {
  it("waits first of all for a function that is not ready, unless it is the synchronous one, which ends at once", () => {
    const tasks = [...objectsOf(workflow)].filter((node) => node["Type"] === "Task");
    for (const task of tasks) {
      const [first] = task["Retry"] as Retrier[];
      if (name === "classify-now") expect(JSON.stringify(task["Retry"])).not.toContain(notReadyErrors[0]);
      else expect(first, JSON.stringify(task["Parameters"])).toMatchObject({ ErrorEquals: [...notReadyErrors] });
    }
  });

  it("retries in each task every error by which Lambda refuses or loses a call", () => {
    for (const [state, task] of tasksOf(workflow)) {
      const retried = (task["Retry"] as Retrier[]).flatMap(({ ErrorEquals }) => ErrorEquals);
      // A call that wakes the function has no result to lose.
      const lost = state === "Wake classify" ? [] : brokenErrors;
      expect(retried, state).toEqual(expect.arrayContaining([...refusedErrors, unclearError, ...lost]));
      expect(retried, "no error twice").toHaveLength(new Set(retried).size);
    }
  });

  it("bounds itself and each of its tasks in time", () => {
    expect(workflow["TimeoutSeconds"]).toBeDefined();
    const tasks = [...objectsOf(workflow)].filter((node) => node["Type"] === "Task");
    expect(tasks.length).toBeGreaterThan(0);
    for (const task of tasks) expect(task["TimeoutSeconds"], String(task["Comment"])).toBeDefined();
  });

  it("bounds each retry in attempts and spreads it with full jitter", () => {
    const retriers = [...objectsOf(workflow)].filter((node) => "ErrorEquals" in node && !("Next" in node));
    expect(retriers.length).toBeGreaterThan(0);
    for (const retrier of retriers) {
      expect(retrier["MaxAttempts"]).toEqual(expect.any(Number));
      expect(retrier["JitterStrategy"]).toBe("FULL");
    }
  });
});
