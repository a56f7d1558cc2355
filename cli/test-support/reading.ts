import type { Properties, Reading, State } from "../drift/event.ts";

export interface Planted {
  readonly type: string;
  readonly id?: string;
  /** Inputs, which are also outputs, and outputs beside them. */
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  /** What the cloud has instead; undefined if the resource is gone. */
  readonly cloud?: Properties | undefined;
  readonly changed?: readonly string[];
}

/** A reading of a resource whose properties in the cloud are those of the stack, except for the planted ones. */
export function readingFor(planted: Planted): Reading {
  const { type, id = "the-id", inputs = {}, outputs = {}, cloud, changed } = planted;
  const before: State = { custom: true, delete: false, id, inputs, outputs: { ...inputs, ...outputs } };
  const live = { ...before.outputs, ...cloud };
  const seen = Object.fromEntries(Object.keys(inputs).map((key) => [key, live[key]]));
  const isGone = "cloud" in planted && cloud === undefined;
  return {
    urn: `urn:pulumi:dev::project::${type}::logical`,
    type,
    before,
    after: isGone ? undefined : { ...before, inputs: seen, outputs: live },
    changed: changed ?? Object.keys(cloud ?? {}).filter((key) => key in inputs),
  };
}
