/** The core topics. Every validated case in them must agree, except for the few below. */
export const core: ReadonlySet<string> = new Set([
  "base-states",
  "choice-operators",
  "choice-state",
  "comments",
  "context-object",
  "core-api",
  "error-handling-lambda",
  "express-sync",
  "intrinsic-functions",
  "item-reader-csv",
  "item-reader-json",
  "item-reader-listobjectsv2",
  "lambda-tasks",
  "logging",
  "map-distributed",
  "map-inline",
  "parallel",
  "retries",
  "timeouts",
  "wait",
  "variables-assign",
  "tags",
]);

/**
 * A case of the core whose recording cannot be replayed: how to recognise it by its definition or steps, and the
 * reason. At most five.
 */
export interface Exception {
  readonly why: string;
  applies(text: string, expected: string): boolean;
}

export const mostExceptions = 5;

export const exceptions: readonly Exception[] = [
  {
    why: "The recorded test deleted its log group before it made the machine; the recording keeps no step that does so.",
    applies: (_steps, expected) => expected.includes("Log Destination not found"),
  },
  {
    why: "The machine calls SQS, an integration that is not served; what is recorded is the start of an execution that waits for it.",
    applies: (steps, expected) =>
      steps.includes("sqs:sendMessage.waitForTaskToken") && expected.includes("Execution Already Exists"),
  },
  {
    why: "The recording ends behind ExecutionStarted: the history was read while AWS had not gone on.",
    applies: (steps, expected) =>
      /MaxConcurrency[^,]*-\d/.test(steps) && (expected.match(/previousEventId/g) ?? []).length === 1,
  },
];

/** Features that are not supported, each with the reason. A case outside the core may differ only because of them. */
export const notServed: readonly { readonly feature: RegExp; readonly why: string }[] = [
  { feature: /^(activity|activities)/, why: "Activities are not served." },
  {
    feature: /^integration:/,
    why: "Service integrations other than Lambda, and starts of executions that wait for the end, are not served.",
  },
  { feature: /^credentials$/, why: "Credentials of another account are refused." },
  { feature: /^callback$/, why: "Callbacks need an integration that hands the token on; only Lambda's is served." },
  {
    feature: /^version-mismatch$/,
    why: "The recorded step asks for version 1, and what it kept is the answer about version 2.",
  },
];
