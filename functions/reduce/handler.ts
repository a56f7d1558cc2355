/** Lambda function `reduce` (infra/workers/workers.ts): merges the results of an execution. */
import { functionEnvironments } from "../../contract/environment.ts";
import { called } from "../shared/call.ts";
import { jsonObjects } from "../shared/objects.ts";
import { reduceResults } from "./reduce.ts";

const environment = functionEnvironments.reduce.parse(process.env);
const services = {
  objects: jsonObjects(),
  bucket: environment.BUCKET_NAME,
  listBytes: environment.RESULTS_LIST_BYTES,
};

export const handler = called((event: unknown) => reduceResults(event, services));
