import type { RunLimits } from "./headroom.ts";

interface Definition {
  readonly TimeoutSeconds?: number;
  readonly States?: Readonly<Record<string, { readonly MaxConcurrency?: number; readonly ItemProcessor?: Processor }>>;
}
interface Processor {
  readonly ProcessorConfig?: { readonly Mode?: string };
}

/**
 * The limits in the definition of an execution.
 * @param distributed whether a Distributed Map classified the images
 */
export function runLimitsOf(text: string, distributed: boolean): RunLimits {
  const { TimeoutSeconds = Number.POSITIVE_INFINITY, States = {} } = JSON.parse(text) as Definition;
  const maps = Object.values(States).filter(
    ({ ItemProcessor }) => ItemProcessor && (ItemProcessor.ProcessorConfig?.Mode === "DISTRIBUTED") === distributed,
  );
  return {
    workflowSeconds: TimeoutSeconds,
    concurrency: Math.max(1, ...maps.map(({ MaxConcurrency = 1 }) => MaxConcurrency)),
  };
}
