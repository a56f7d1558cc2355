import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { lambdaLimits } from "../contract/limits.ts";
import { releaseIn } from "../contract/release.ts";
import { startArn, testSettings, testWorkflow } from "../test/support/workflows.ts";
import { DefinitionError } from "./definition.ts";
import { releaseId } from "./release.ts";
import { calledFunctions, checkWorkflow, fillWorkflow, loadWorkflow, workflowNames } from "./workflow.ts";

const arnOf = (name: string) => `arn:aws:lambda:r:123456789012:function:${name}:7`;

it("there is a name for every ASL file, and a file for every name", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".asl.json"))
    .map((file) => file.slice(0, -".asl.json".length).split(path.sep).join("/"));
  expect(files.toSorted()).toEqual([...workflowNames].sort());
});

describe.each(workflowNames)("%s", (name) => {
  it("is JSON without placeholders once it is filled, and names its release if it is part of one", () => {
    const text = testWorkflow(name, arnOf);
    expect(text).not.toContain("${");
    expect(releaseIn(text)).toBe(["notify", "delayed-start"].includes(name) ? undefined : "0123456789ab");
  });

  it("names Step Functions' integrations in its partition", () => {
    const functionArns = Object.fromEntries(calledFunctions(loadWorkflow(name)).map((each) => [each, "arn:x"]));
    const given = { settings: testSettings, functionArns, release: "" };
    const fills = loadWorkflow(name).placeholders.includes("StartArn") ? { ...given, startArn: "arn:x" } : given;
    expect(fillWorkflow(loadWorkflow(name), fills)).toContain('"arn:aws:states:::');
    expect(fillWorkflow(loadWorkflow(name), { ...fills, partition: "aws-cn" })).not.toContain("arn:aws:");
  });
});

describe.each(workflowNames.filter((name) => name !== "delayed-start"))("%s", (name) => {
  it("calls published versions of its functions, and all that it is said to call", () => {
    const text = testWorkflow(name, arnOf);
    const called = [...new Set(text.match(/arn:aws:lambda:[^"]+/g))].sort();
    expect(called).toEqual(calledFunctions(loadWorkflow(name)).map(arnOf).sort());
    expect(called.length).toBeGreaterThan(0);
  });

  it("waits for each function longer than its own timeout: two starts, since one that took too long is repeated in the call", () => {
    const timeouts: Readonly<Record<string, number>> = {
      map: testSettings.mapTimeout,
      classify: testSettings.classifyTimeout,
      reduce: testSettings.reduceTimeout,
    };
    const tasks: { readonly called: string; readonly seconds: number }[] = [];
    JSON.parse(testWorkflow(name, arnOf), (_key, state) => {
      if (state?.Type === "Task" && state.TimeoutSeconds !== undefined) {
        tasks.push({ called: JSON.stringify(state).match(/function:(\w+)/)?.[1] ?? "", seconds: state.TimeoutSeconds });
      }
      return state;
    });
    expect(tasks.length).toBeGreaterThan(0);
    for (const { called, seconds } of tasks) {
      const own = timeouts[called] ?? testSettings.exampleTimeout;
      expect([called, seconds - own >= 2 * lambdaLimits.initSeconds]).toEqual([called, true]);
    }
  });

  it("is refused when a function that it names does not exist", () => {
    const definition = loadWorkflow(name);
    expect(() => checkWorkflow(definition, { settings: testSettings, functions: [], starts: false })).toThrow(
      DefinitionError,
    );
    expect(() => fillWorkflow(definition, { settings: testSettings, functionArns: {}, release: "" })).toThrow(
      /FunctionArn" has no value/,
    );
  });
});

describe("delayed-start", () => {
  it("starts executions of the workflow whose ARN it is given, and is refused without one", () => {
    const definition = loadWorkflow("delayed-start");
    const fills = { settings: testSettings, functionArns: {}, release: "" };
    expect(fillWorkflow(definition, { ...fills, startArn })).toContain(`"StateMachineArn":"${startArn}"`);
    expect(() => fillWorkflow(definition, fills)).toThrow(/"StartArn" has no value/);
  });
});

describe("a release's id", () => {
  const parts = {
    settings: testSettings,
    functionArns: { map: arnOf("map"), classify: arnOf("classify"), reduce: arnOf("reduce") },
    images: ["light@sha256:1", "classify@sha256:2"],
  };
  const workflows = ["deep-learning-workflow", "classify-now"] as const;
  const id = (more: object = {}) => releaseId(workflows, { ...parts, ...more });

  it("is the same for the same content, and what a definition carries", () => {
    expect(id()).toMatch(/^[0-9a-f]{12}$/);
    expect(id()).toBe(id());
    const definition = fillWorkflow(loadWorkflow("classify-now"), { ...parts, release: id() });
    expect(releaseIn(definition)).toBe(id());
  });

  it.each([
    ["a function's version", { functionArns: { ...parts.functionArns, reduce: `${arnOf("reduce")}8` } }],
    ["a setting in a definition", { settings: { ...testSettings, inlineMapConcurrency: 3 } }],
    ["an image", { images: ["light@sha256:1", "classify@sha256:3"] }],
  ])("is another one with %s", (_what, change) => {
    expect(id(change)).not.toBe(id());
  });

  it("is another one with other workflows", () => {
    expect(releaseId(["deep-learning-workflow"], parts)).not.toBe(id());
  });
});

describe("the release in a definition", () => {
  it("is read at the end of the Comment alone", () => {
    expect(releaseIn('{"Comment":"Release 0123456789ab."}')).toBe("0123456789ab");
    for (const text of [
      "{}",
      '{"Comment":5}',
      '{"Comment":"Release 0123456789ab. More."}',
      '{"Comment":"Release ."}',
    ]) {
      expect(releaseIn(text)).toBeUndefined();
    }
  });
});
