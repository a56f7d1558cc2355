/** Lambda function `example-start` of the workflow `branch-map-reduce`: passes the same numbers to both branches. */
import { called } from "../../shared/call.ts";
import { parseEvent } from "../../shared/parse.ts";
import { type Numbers, StartInput } from "../numbers.ts";

export const handler = called(async (event: unknown): Promise<Numbers> => {
  return parseEvent("example-start", StartInput, event ?? {});
});
