import type { QueryLanguage, StateType } from "./definition.ts";

/**
 * The kinds of values that a field may have. A `list` must not be empty, but `rules` may be. `template`: any JSON in
 * which keys ending in ".$" contain paths or intrinsic functions. `query`: any JSON in which strings may be JSONata
 * expressions. `items`: a list or an expression.
 */
export type Kind =
  | "text"
  | "flag"
  | "anything"
  | "object"
  | "list"
  | "rules"
  | "template"
  | "query"
  | "items"
  | "path"
  | "optionalPath"
  | "resultPath"
  | "timestamp"
  | "count"
  | "positive"
  | "percentage";

type Table = Readonly<Record<string, Kind>>;

const common: Table = { Type: "text", Comment: "text", QueryLanguage: "text" };
const onward: Table = { Next: "text", End: "flag" };
const recoverable: Table = { Retry: "rules", Catch: "rules" };
const deadlines: Table = { TimeoutSeconds: "positive", HeartbeatSeconds: "positive" };

const whatever: Readonly<Record<StateType, Table>> = {
  Task: { ...common, ...onward, ...recoverable, Resource: "text", Credentials: "object" },
  Pass: { ...common, ...onward },
  Choice: { ...common, Choices: "list", Default: "text" },
  Wait: { ...common, ...onward, Seconds: "count", Timestamp: "timestamp" },
  Succeed: common,
  Fail: { ...common, Error: "text", Cause: "text" },
  Parallel: { ...common, ...onward, ...recoverable, Branches: "list" },
  Map: {
    ...common,
    ...onward,
    ...recoverable,
    ItemProcessor: "object",
    Iterator: "object",
    ItemSelector: "template",
    MaxConcurrency: "count",
    Label: "text",
    ItemReader: "object",
    ItemBatcher: "object",
    ResultWriter: "object",
    ToleratedFailureCount: "count",
    ToleratedFailurePercentage: "percentage",
  },
};

const flow: Table = { InputPath: "optionalPath", OutputPath: "optionalPath" };
const result: Table = { ResultPath: "resultPath", ResultSelector: "template" };

const inPaths: Readonly<Record<StateType, Table>> = {
  Task: {
    ...flow,
    ...result,
    ...deadlines,
    Parameters: "template",
    TimeoutSecondsPath: "path",
    HeartbeatSecondsPath: "path",
    Assign: "template",
  },
  Pass: { ...flow, Result: "anything", ResultPath: "resultPath", Parameters: "template", Assign: "template" },
  Choice: { ...flow, Assign: "template" },
  Wait: { ...flow, SecondsPath: "path", TimestampPath: "path", Assign: "template" },
  Succeed: flow,
  Fail: { ErrorPath: "path", CausePath: "path" },
  Parallel: { ...flow, ...result, Parameters: "template", Assign: "template" },
  Map: {
    ...flow,
    ...result,
    Parameters: "template",
    ItemsPath: "path",
    MaxConcurrencyPath: "path",
    ToleratedFailureCountPath: "path",
    ToleratedFailurePercentagePath: "path",
    Assign: "template",
  },
};

const queried: Table = { Output: "query", Assign: "query" };

const inJsonata: Readonly<Record<StateType, Table>> = {
  Task: { ...queried, ...deadlines, Arguments: "query" },
  Pass: queried,
  Choice: queried,
  Wait: queried,
  Succeed: { Output: "query" },
  Fail: {},
  Parallel: { ...queried, Arguments: "query" },
  Map: { ...queried, Items: "items", ItemSelector: "query" },
};

/** Returns the fields that a state of a given type may have in a query language. */
export function fieldsOf(type: StateType, language: QueryLanguage): Table {
  return { ...whatever[type], ...(language === "JSONata" ? inJsonata[type] : inPaths[type]) };
}

export const stateTypes: readonly StateType[] = [
  "Task",
  "Wait",
  "Pass",
  "Succeed",
  "Fail",
  "Choice",
  "Parallel",
  "Map",
];

/** The required fields of each state type. */
export const required: Partial<Readonly<Record<StateType, readonly string[]>>> = {
  Task: ["Resource"],
  Choice: ["Choices"],
  Parallel: ["Branches"],
};

/** Groups of mutually exclusive fields. */
export const exclusive: readonly (readonly string[])[] = [
  ["End", "Next"],
  ["TimeoutSeconds", "TimeoutSecondsPath"],
  ["HeartbeatSeconds", "HeartbeatSecondsPath"],
  ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"],
  ["ItemProcessor", "Iterator"],
  ["ItemSelector", "Parameters"],
  ["ToleratedFailureCount", "ToleratedFailureCountPath"],
  ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
  ["MaxConcurrency", "MaxConcurrencyPath"],
  ["Error", "ErrorPath"],
  ["Cause", "CausePath"],
];
