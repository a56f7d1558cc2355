import { usage } from "../../cli/failure.ts";
import { findTarget, type ReleaseTarget, type TargetOptions } from "../../cli/release/target.ts";
import type { Surroundings } from "../../cli/run.ts";
import { type SmokePhoto, smokeModel, smokePhoto } from "../../cli/smoke-photo.ts";
import { classifyingWorkflows } from "../../contract/release.ts";
import { stackPrefix } from "../../infra/stack-names.ts";

/** The stack that `npm start` serves. */
const localStack = "dev";

/** A deployed or local stack, with what the commands of `live` call. */
export interface LiveTarget extends ReleaseTarget {
  /** ARN of the workflow that classifies. */
  readonly machine: string;
  /** Prefix of the names of the functions' log groups. */
  readonly logGroupPrefix: string;
  /** The picture whose predictions are known. */
  readonly photo: SmokePhoto;
}

/** @throws CommandFailure */
export async function findLiveTarget(options: TargetOptions, surroundings: Surroundings): Promise<LiveTarget> {
  const target = await findTarget(options, surroundings);
  const machine = target.workflows[classifyingWorkflows.main];
  if (machine === undefined) throw usage(`The stack has no workflow "${classifyingWorkflows.main}": run pulumi up.`);
  const stack = options.stack ?? localStack;
  return {
    ...target,
    machine,
    logGroupPrefix: `/aws/lambda/${stackPrefix(stack)}-`,
    photo: await smokePhoto(await smokeModel({ stack }, surroundings)),
  };
}
