/** A state of an ASL document, as it is written. */
export type StateBody = Readonly<Record<string, unknown>>;

/** One state with its position. A Map or Parallel contains states. */
export interface State {
  readonly name: string;
  readonly body: StateBody;
  /** Path of the state machine that contains it: "" or `Map state` or `Parallel state #2`. */
  readonly within: string;
}

export interface Workflow {
  readonly states: ReadonlyMap<string, State>;
  /** The first state of each (nested) state machine, by its path. */
  readonly starts: ReadonlyMap<string, string>;
  /** Properties of the whole state machine: `TimeoutSeconds`, `Version`, `QueryLanguage`. */
  readonly top: StateBody;
}

/** Keys whose values are comments for readers. */
const comments = new Set(["Comment"]);

/** Keys whose values are a workflow's own data. Inside them, a key with one of the names above is not a comment. */
const data = new Set([
  "Parameters",
  "Arguments",
  "Output",
  "Assign",
  "ItemSelector",
  "ResultSelector",
  "Result",
  "BatchInput",
]);

/** Fields that mean the same when they are absent (Amazon States Language). */
const implied: Readonly<Record<string, unknown>> = { InputPath: "$", OutputPath: "$", ResultPath: "$", Version: "1.0" };

/** The same value without comments, and without fields that say what is implied. */
export const essential = (value: unknown): unknown => without(value, isComment, isImplied);

/** The same value with its comments, but without fields that say what is implied. */
export const explicit = (value: unknown): unknown => without(value, isImplied);

type Field = (key: string, value: unknown) => boolean;
const isComment: Field = (key, value) => comments.has(key) && typeof value === "string";
const isImplied: Field = (key, value) => implied[key] === value;

function without(value: unknown, ...dropped: readonly Field[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, ...dropped));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => !dropped.some((isDropped) => isDropped(key, each)))
      .map(([key, each]) => [key, data.has(key) ? each : without(each, ...dropped)]),
  );
}

/** Reads an ASL document into a flat list of states. AWS requires state names to be unique within a document. */
export function workflowOf(document: unknown): Workflow {
  const states = new Map<string, State>();
  const starts = new Map<string, string>();
  const { States: _states, StartAt: _start, ...top } = (document ?? {}) as Record<string, unknown>;
  collect(document, "");
  return { states, starts, top };

  function collect(machine: unknown, within: string): void {
    const { States = {}, StartAt } = (machine ?? {}) as { States?: Record<string, StateBody>; StartAt?: string };
    if (StartAt !== undefined) starts.set(within, StartAt);
    for (const [name, body] of Object.entries(States)) {
      const known = states.has(name) ? `${within} ${name}`.trim() : name;
      states.set(known, { name: known, body, within });
      const inner = body["ItemProcessor"] ?? body["Iterator"];
      if (inner !== undefined) collect(inner, known);
      const branches = body["Branches"];
      if (Array.isArray(branches)) {
        branches.forEach((branch, index) => {
          collect(branch, `${known} #${index + 1}`);
        });
      }
    }
  }
}

/** Keys for a state's contents, its transitions, and its error handling. */
const elsewhere = new Set([
  "ItemProcessor",
  "Iterator",
  "Branches",
  "Next",
  "End",
  "Default",
  "Choices",
  "Retry",
  "Catch",
  "Comment",
]);

/** A state's own properties, without its contents and transitions. */
export function ownOf(body: StateBody): Record<string, unknown> {
  const { ItemProcessor, Iterator: iterator, Branches } = body;
  const processor = (ItemProcessor ?? iterator) as { ProcessorConfig?: unknown } | undefined;
  return {
    ...Object.fromEntries(Object.entries(body).filter(([key]) => !elsewhere.has(key))),
    ...(processor?.ProcessorConfig !== undefined && { ProcessorConfig: processor.ProcessorConfig }),
    ...(Array.isArray(Branches) && { Branches: Branches.length }),
  };
}

export interface Edge {
  /** The reason for the transition: `next`, `default`, `choice 1`, `catch States.ALL`. */
  readonly label: string;
  /** Undefined for the end of its state machine. */
  readonly to: string | undefined;
}

/** The transitions of a state, in the order of evaluation. */
export function edgesOf({ body }: State): readonly Edge[] {
  const edges: Edge[] = [];
  for (const choice of (body["Choices"] as readonly StateBody[] | undefined) ?? []) {
    edges.push({ label: `when ${conditionOf(choice)}`, to: String(choice["Next"]) });
  }
  if (body["Default"] !== undefined) edges.push({ label: "otherwise", to: String(body["Default"]) });
  if (body["Next"] !== undefined) edges.push({ label: "then", to: String(body["Next"]) });
  if (body["End"] === true) edges.push({ label: "then", to: undefined });
  for (const { error, next } of catchesOf(body)) edges.push({ label: `on ${error}`, to: next });
  return edges;
}

/** The condition of a choice as canonical text. */
function conditionOf(choice: StateBody): string {
  const { Next: _next, Comment: _comment, Assign: _assign, Output: _output, ...condition } = choice;
  return JSON.stringify(essential(condition));
}

export interface Catch {
  readonly error: string;
  readonly next: string;
  readonly result: string;
}

/** The catcher of each error: the first one that names the error. */
export function catchesOf(body: StateBody): readonly Catch[] {
  const found = new Map<string, Catch>();
  for (const catcher of (body["Catch"] as readonly StateBody[] | undefined) ?? []) {
    const { ErrorEquals, Next, ...rest } = catcher;
    for (const error of (ErrorEquals as readonly string[] | undefined) ?? []) {
      if (!found.has(error)) {
        found.set(error, { error, next: String(Next), result: JSON.stringify(essential(rest)) });
      }
    }
  }
  return [...found.values()];
}

export interface Retry {
  readonly error: string;
  readonly attempts: number;
  readonly interval: number;
  readonly rate: number;
  readonly most: number | undefined;
  readonly jitter: string;
  /** The errors of one retrier, as text; they share their attempts. */
  readonly group: string;
}

/** The retrier of each error, with the defaults of the Amazon States Language. */
export function retriesOf(body: StateBody): readonly Retry[] {
  const found = new Map<string, Retry>();
  for (const retrier of (body["Retry"] as readonly StateBody[] | undefined) ?? []) {
    const errors = (retrier["ErrorEquals"] as readonly string[] | undefined) ?? [];
    for (const error of errors) {
      if (found.has(error)) continue;
      found.set(error, {
        error,
        attempts: Number(retrier["MaxAttempts"] ?? 3),
        interval: Number(retrier["IntervalSeconds"] ?? 1),
        rate: Number(retrier["BackoffRate"] ?? 2),
        most: retrier["MaxDelaySeconds"] === undefined ? undefined : Number(retrier["MaxDelaySeconds"]),
        jitter: String(retrier["JitterStrategy"] ?? "NONE"),
        group: [...errors].sort().join(),
      });
    }
  }
  return [...found.values()];
}
