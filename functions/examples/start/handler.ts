/** Lambda function `example-start` of the workflow `branch-map-reduce`: gives both branches the same numbers. */
import { parseEvent } from "../../shared/parse.ts";
import { type Numbers, StartInput } from "../numbers.ts";

export async function handler(event: unknown): Promise<Numbers> {
  return parseEvent("example-start", StartInput, event ?? {});
}
