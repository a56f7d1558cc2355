type Body = Readonly<Record<string, unknown>>;
interface Machine {
  readonly StartAt?: string;
  readonly States?: Readonly<Record<string, Body>>;
}

/** What one execution of a workflow enters when nothing fails. */
export interface Transitions {
  /** States that are entered once. */
  readonly fixed: number;
  /** States that are entered for each batch, in the execution itself. */
  readonly perBatch: number;
  /** States of one child execution per batch; 0 without a Distributed Map. */
  readonly perChild: number;
  /** Whether child executions are Express ones. */
  readonly expressChildren: boolean;
}

/**
 * Counts the states on the way through a definition. At a Choice a large request takes the first branch and a small one the
 * default, as statemachine/deep-learning-workflow.asl.json does.
 */
export function transitionsOf(definition: unknown, large: boolean): Transitions {
  const total = { fixed: 0, perBatch: 0, perChild: 0, expressChildren: false };
  for (const state of wayThrough(definition as Machine, large)) {
    total.fixed += 1;
    const inner = (state["ItemProcessor"] ?? state["Iterator"]) as (Machine & { ProcessorConfig?: Body }) | undefined;
    const branches = (state["Branches"] ?? []) as readonly Machine[];
    for (const branch of branches) total.fixed += wayThrough(branch, large).length;
    if (!inner) continue;
    const length = wayThrough(inner, large).length;
    if (inner.ProcessorConfig?.["Mode"] === "DISTRIBUTED") {
      // The start of a child execution counts too.
      total.perChild += length + 1;
      total.expressChildren ||= inner.ProcessorConfig["ExecutionType"] === "EXPRESS";
    } else total.perBatch += length;
  }
  return total;
}

function wayThrough({ StartAt, States = {} }: Machine, large: boolean): readonly Body[] {
  const way: Body[] = [];
  const seen = new Set<string>();
  let name = StartAt;
  while (name !== undefined && !seen.has(name)) {
    seen.add(name);
    const state: Body | undefined = States[name];
    if (!state) break;
    way.push(state);
    const choices = (state["Choices"] ?? []) as readonly { readonly Next?: string }[];
    const next: unknown =
      choices.length > 0 ? (large ? choices[0]?.Next : (state["Default"] ?? choices[0]?.Next)) : state["Next"];
    name = typeof next === "string" ? next : undefined;
  }
  return way;
}
