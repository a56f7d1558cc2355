import { z } from "zod";

const Metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  diffs: z.array(z.string()).nullish(),
  old: z.looseObject({ retainOnDelete: z.boolean().default(false) }).nullish(),
});

/** The engine's own events, in the format that its event log and the Automation API use. */
const EngineEvent = z.looseObject({
  resourcePreEvent: z.object({ metadata: Metadata }).optional(),
  resOpFailedEvent: z.object({ metadata: Metadata }).optional(),
  diagnosticEvent: z.object({ severity: z.string(), message: z.string(), urn: z.string().optional() }).optional(),
});

export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly diffs: readonly string[];
}

/** What one operation of the engine did, or would do in a preview. */
export interface Operation {
  /** All steps except resources that did not change or were only read. */
  readonly steps: readonly Step[];
  readonly errors: readonly string[];
  readonly seconds: number;
}

export function operationOf(events: readonly unknown[], started: number): Operation {
  const parsed = events.map((event) => EngineEvent.parse(event));
  const steps = parsed.flatMap(({ resourcePreEvent }) => {
    if (!resourcePreEvent) return [];
    const { urn, type, diffs, old } = resourcePreEvent.metadata;
    // The engine removes such a resource from its state; it does not ask the provider to delete it.
    const deletes = /^delete(-replaced)?$/.test(resourcePreEvent.metadata.op);
    const op = deletes && old?.retainOnDelete ? "retain" : resourcePreEvent.metadata.op;
    return [{ op, type, urn, name: urn.split("::").at(-1) ?? "", diffs: diffs ?? [] }];
  });
  const errors = parsed.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [diagnosticEvent.message.trim()] : [],
  );
  return {
    steps: steps.filter(({ op }) => !["same", "read", "refresh"].includes(op)),
    errors,
    seconds: (Date.now() - started) / 1000,
  };
}

/** A summary in one line: `create 60, update 2`. */
export function summary({ steps, seconds }: Operation): string {
  const counts = new Map<string, number>();
  for (const { op } of steps) counts.set(op, (counts.get(op) ?? 0) + 1);
  const words = [...counts].map(([op, count]) => `${op} ${count}`).join(", ");
  return `${words === "" ? "no change" : words} (${seconds.toFixed(1)} s)`;
}
