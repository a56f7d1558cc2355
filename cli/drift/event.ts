import * as z from "zod";

const Properties = z.record(z.string(), z.unknown());
export type Properties = z.infer<typeof Properties>;

const State = z.object({
  custom: z.boolean().default(false),
  /** Whether the engine has replaced the resource and still has to delete it. */
  delete: z.boolean().default(false),
  id: z.string().default(""),
  inputs: Properties.nullish().transform((value) => value ?? {}),
  outputs: Properties.nullish().transform((value) => value ?? {}),
});
export type State = z.infer<typeof State>;

const Metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: State.nullish(),
  new: State.nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});

/** The events of a refresh that say something about a resource, as `pulumi refresh --json` streams them. */
export const EngineEvent = z.looseObject({
  resourcePreEvent: z.object({ metadata: Metadata }).optional(),
  resOutputsEvent: z.object({ metadata: Metadata }).optional(),
  diagnosticEvent: z.object({ severity: z.string(), message: z.string() }).optional(),
  summaryEvent: z.looseObject({}).optional(),
});
export type EngineEvent = z.infer<typeof EngineEvent>;

/** A resource of the stack: what the state has, and what the provider found in the cloud. */
export interface Reading {
  readonly urn: string;
  readonly type: string;
  readonly before: State;
  /** Undefined if the cloud no longer has the resource. */
  readonly after: State | undefined;
  /** Properties that the next update would change, according to the provider. */
  readonly changed: readonly string[];
}

/** The reading in an event; undefined for components, and for resources that the engine has already replaced. */
export function readingOf({ resOutputsEvent }: EngineEvent): Reading | undefined {
  if (!resOutputsEvent) return undefined;
  const { op, urn, type, old: before, new: after, diffs, detailedDiff } = resOutputsEvent.metadata;
  if (!before?.custom || before.delete || type.startsWith("pulumi:")) return undefined;
  const paths = op === "update" ? [...(diffs ?? []), ...Object.keys(detailedDiff ?? {})] : [];
  return {
    urn,
    type,
    before,
    after: op === "delete" ? undefined : (after ?? undefined),
    changed: [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? ""))],
  };
}
