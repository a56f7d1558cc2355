import type { WorkflowName } from "../../../statemachine/workflow.ts";
import type { Script } from "./script.ts";

/**
 * The definition that both sides run: a workflow of the product (by file name), or a definition that isolates one rule
 * of ASL.
 */
export interface StoryOutline {
  readonly title: string;
  readonly workflow?: WorkflowName;
  readonly definition?: object;
  readonly input: unknown;
  readonly script: Script;
}

const item = (index: number) => ({ index, image: `https://example.com/${index}.jpg`, duplicates: [] });
const batch = (...indexes: number[]) => ({ BatchInput: { executionId: "lane", topK: 5 }, Items: indexes.map(item) });
const plan = (...batches: number[][]) => ({
  executionId: "lane",
  total: batches.flat().length,
  batches: batches.map((indexes) => batch(...indexes)),
});
const request = { images: ["https://example.com/0.jpg"], topK: 5 };

interface Classified {
  readonly Items: readonly { readonly index: number; readonly image: string }[];
}

/**
 * The product's functions as a script: `map` returns the plan; `classify` labels each item unless `trouble` specifies
 * otherwise.
 */
function functions(
  planned: unknown,
  trouble: (indexes: readonly number[], earlier: number) => ReturnType<Script> | undefined = () => undefined,
): Script {
  return ({ functionName, payload, earlier }) => {
    if (functionName === "map") return { result: planned };
    if (functionName === "reduce")
      return { result: { executionId: "lane", counts: { total: 1, succeeded: 1, failed: 0 } } };
    const { Items } = payload as Classified;
    const results = Items.map(({ index, image }) => ({
      index,
      image,
      predictions: [{ label: "cat", probability: 0.5 }],
    }));
    return (
      trouble(
        Items.map(({ index }) => index),
        earlier,
      ) ?? { result: { results } }
    );
  };
}

/** The input and the functions for a request with these batches. */
export function plannedWith(...batches: number[][]): { readonly input: unknown; readonly script: Script } {
  return { input: request, script: functions(plan(...batches)) };
}

const refused = { refusal: { code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429 } };
const killed = { error: { errorType: "Runtime.ExitError", errorMessage: "Runtime exited with error: signal: killed" } };
const broken = { error: { errorType: "ValidationError", errorMessage: "not a plan" } };
const echo: Script = ({ payload }) => ({ result: payload });

const task = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: `arn:aws:lambda:us-east-1:123456789012:function:${name}:live`, "Payload.$": "$" },
  OutputPath: "$.Payload",
  ...more,
});

export const stories: readonly StoryOutline[] = [
  {
    title: "one message through one function",
    workflow: "examples/single-task",
    input: { message: "hi" },
    script: echo,
  },
  {
    title: "two branches, then a reduce",
    workflow: "examples/branch-map-reduce",
    input: { start: 1 },
    script: ({ functionName, payload }) => ({ result: { from: functionName, payload } }),
  },
  {
    title: "three named branches, then the reduce",
    workflow: "examples/three-images",
    input: {
      branch1: { url: "https://a.example" },
      branch2: { url: "https://b.example" },
      branch3: { url: "https://c.example" },
    },
    script: functions(plan([0])),
  },
  {
    title: "batches in an inline Map",
    workflow: "deep-learning-workflow",
    input: request,
    script: functions(plan([0, 1], [2], [3])),
  },
  { title: "the synchronous form", workflow: "classify-now", input: request, script: functions(plan([0], [1])) },
  {
    title: "a throttled batch is tried again",
    workflow: "deep-learning-workflow",
    input: request,
    script: functions(plan([0]), (_indexes, earlier) => (earlier === 0 ? refused : undefined)),
  },
  {
    title: "a sandbox that dies in the middle is replaced by another",
    workflow: "deep-learning-workflow",
    input: request,
    script: functions(plan([0]), (_indexes, earlier) => (earlier === 0 ? killed : undefined)),
  },
  {
    title: "a batch that always fails is tried image by image, and costs one result",
    workflow: "deep-learning-workflow",
    input: request,
    script: functions(plan([0, 1], [2]), (indexes) => (indexes.includes(1) ? broken : undefined)),
  },
  {
    title: "an error nobody catches fails the execution with its name",
    workflow: "deep-learning-workflow",
    input: request,
    script: ({ functionName }) => (functionName === "map" ? broken : { result: null }),
  },
  {
    title: "a failed branch fails its Parallel state, which is caught",
    definition: {
      StartAt: "Both",
      States: {
        Both: {
          Type: "Parallel",
          Branches: [{ StartAt: "Bad", States: { Bad: task("bad", { End: true }) } }],
          Catch: [{ ErrorEquals: ["Broken"], ResultPath: "$.caught", Next: "After" }],
          Next: "After",
        },
        After: { Type: "Pass", End: true },
      },
    },
    input: { a: 1 },
    script: () => ({ error: { errorType: "Broken", errorMessage: "no" } }),
  },
  {
    title: "Choice, Wait, Pass with Result and ResultPath, Succeed",
    definition: {
      StartAt: "Decide",
      States: {
        Decide: {
          Type: "Choice",
          Choices: [
            {
              And: [
                { Variable: "$.n", NumericGreaterThan: 1 },
                { Variable: "$.s", StringMatches: "a*" },
              ],
              Next: "Hold",
            },
          ],
          Default: "No",
        },
        Hold: { Type: "Wait", Seconds: 1, Next: "Give" },
        Give: { Type: "Pass", Result: { given: true }, ResultPath: "$.out", Next: "Done" },
        Done: { Type: "Succeed" },
        No: { Type: "Fail", Error: "No", Cause: "not chosen" },
      },
    },
    input: { n: 2, s: "abc" },
    script: echo,
  },
  {
    title: "a Fail state ends with its error and cause",
    definition: { StartAt: "No", States: { No: { Type: "Fail", Error: "Refused", Cause: "by design" } } },
    input: {},
    script: echo,
  },
  {
    title: "Parameters, ResultSelector, intrinsic functions and the context object",
    definition: {
      StartAt: "Shape",
      States: {
        Shape: {
          Type: "Pass",
          Parameters: {
            "name.$": "$$.Execution.Name",
            "text.$": "States.Format('{} of {}', $.a, $.b.c)",
            "list.$": "States.Array($.a, $.b.c)",
            "size.$": "States.ArrayLength($.list)",
            "json.$": "States.JsonToString($.b)",
            "all.$": "$.list[*].v",
            fixed: [1, "two", { three: true }],
          },
          Next: "Each",
        },
        Each: {
          Type: "Map",
          ItemsPath: "$.all",
          ItemSelector: { "value.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index" },
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: "INLINE" },
            StartAt: "Keep",
            States: { Keep: { Type: "Pass", End: true } },
          },
          ResultPath: "$.each",
          End: true,
        },
      },
    },
    input: { a: "x", b: { c: 7 }, list: [{ v: 1 }, { v: 2 }] },
    script: echo,
  },
  {
    title: "retries that are used up hand over to the catcher, by the first name that matches",
    definition: {
      StartAt: "Try",
      States: {
        Try: task("bad", {
          Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }],
          Catch: [
            { ErrorEquals: ["Other"], Next: "Wrong" },
            { ErrorEquals: ["States.TaskFailed"], ResultPath: "$.caught", Next: "Right" },
          ],
          End: true,
        }),
        Wrong: { Type: "Fail" },
        Right: { Type: "Pass", End: true },
      },
    },
    input: { a: 1 },
    script: () => ({ error: { errorType: "Flaky", errorMessage: "again" } }),
  },
  {
    title: "a failed iteration fails its Map, and the machine with the iteration's error",
    definition: {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: "INLINE" },
            StartAt: "One",
            States: { One: task("one", { End: true }) },
          },
          End: true,
        },
      },
    },
    input: [1, 2, 3],
    script: ({ payload }) =>
      payload === 2 ? { error: { errorType: "Two", errorMessage: "not two" } } : { result: payload },
  },
  {
    title: "an empty Map and a Map in a Map",
    definition: {
      StartAt: "None",
      States: {
        None: {
          Type: "Map",
          ItemsPath: "$.none",
          ItemProcessor: { StartAt: "Never", States: { Never: { Type: "Pass", End: true } } },
          ResultPath: "$.none",
          Next: "Rows",
        },
        Rows: {
          Type: "Map",
          ItemsPath: "$.rows",
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: "Cells",
            States: {
              Cells: {
                Type: "Map",
                MaxConcurrency: 1,
                ItemProcessor: { StartAt: "Cell", States: { Cell: { Type: "Pass", End: true } } },
                End: true,
              },
            },
          },
          End: true,
        },
      },
    },
    input: { none: [], rows: [[1, 2], [3]] },
    script: echo,
  },
];
