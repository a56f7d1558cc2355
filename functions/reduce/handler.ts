/** Lambda function `reduce` (infra/workers/workers.ts): merges the results of an execution. */
import { functionEnvironments } from "../../contract/environment.ts";
import { headroomFields } from "../../contract/headroom/headroom.ts";
import type { Outcome } from "../../contract/workflow.ts";
import { called } from "../shared/call.ts";
import { log } from "../shared/log.ts";
import { jsonObjects } from "../shared/objects.ts";
import { reduceResults } from "./reduce.ts";
import { type CallContext, callTime, runHeadroom } from "./run-headroom.ts";

const environment = functionEnvironments.reduce.parse(process.env);
const services = {
  objects: jsonObjects(),
  bucket: environment.BUCKET_NAME,
  listBytes: environment.RESULTS_LIST_BYTES,
};

const settings = {
  workflowSeconds: environment.WORKFLOW_TIMEOUT_SECONDS,
  inlineConcurrency: environment.INLINE_MAP_CONCURRENCY,
  distributedConcurrency: environment.DISTRIBUTED_MAP_CONCURRENCY,
  memoryMb: Number(process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]),
};

export const handler = called(async (event: unknown, context: CallContext): Promise<Outcome> => {
  const time = callTime(context);
  const outcome = await reduceResults(event, services);
  const { images, lines } = runHeadroom(event, outcome, settings, time);
  log("INFO", "headroom", { executionId: outcome.executionId, ...headroomFields(images, lines) });
  return outcome;
});
