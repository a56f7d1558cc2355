/** Lambda function `example-merge` of the workflow `branch-map-reduce`: adds up the results of the branches. */
import * as z from "zod";
import { called } from "../../shared/call.ts";
import { parseEvent } from "../../shared/parse.ts";
import { BranchOutput } from "../numbers.ts";

const Input = z.array(BranchOutput).min(1);

export interface Merged {
  readonly count: number;
  readonly sum: number;
  readonly branches: readonly BranchOutput[];
}

export const handler = called(async (event: unknown): Promise<Merged> => {
  const branches = parseEvent("example-merge", Input, event);
  const add = (key: "count" | "sum") => branches.reduce((total, branch) => total + branch[key], 0);
  return { count: add("count"), sum: add("sum"), branches };
});
