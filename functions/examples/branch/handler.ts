/** Lambda function `example-branch` of the workflow `branch-map-reduce`: sums its half of the numbers. */
import { called } from "../../shared/call.ts";
import { parseEvent } from "../../shared/parse.ts";
import { BranchInput, type BranchOutput } from "../numbers.ts";

/** Branch 1 sums the first, third, fifth… number, branch 2 the rest. */
const branches = 2;

export const handler = called(async (event: unknown): Promise<BranchOutput> => {
  const { branch, input } = parseEvent("example-branch", BranchInput, event);
  const mine = input.numbers.filter((_, index) => index % branches === branch - 1);
  return { branch, count: mine.length, sum: mine.reduce((sum, number) => sum + number, 0) };
});
