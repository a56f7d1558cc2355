import type { HistoryEvent } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { AnyBatchResult } from "../../../contract/any-release.ts";
import { Plan } from "../../../contract/workflow.ts";

/** What an execution's history says about its images. */
export interface Found {
  /** Number of distinct images; undefined before they are planned. */
  readonly total: number | undefined;
  /** Images with a result. A Map Run's are not in the history of its parent. */
  readonly done: number;
  /** ARN of the Map Run that classifies the images, once it has started. */
  readonly mapRunArn: string | undefined;
}

const ImagesResult = z.object({ results: AnyBatchResult.shape.results, counts: z.undefined().optional() });

/**
 * Reads a part of a history from its beginning. States are recognised by the shape of their output: a plan, or the
 * results of some images. An image whose batch was tried again has results from several states, and counts once.
 */
export function readHistory(events: Iterable<HistoryEvent>): Found {
  let total: number | undefined;
  let mapRunArn: string | undefined;
  const done = new Set<number>();
  for (const { stateExitedEventDetails: exited, mapRunStartedEventDetails: started } of events) {
    mapRunArn = started?.mapRunArn ?? mapRunArn;
    if (exited?.output === undefined) continue;
    const output: unknown = JSON.parse(exited.output);
    const plan = Plan.safeParse(output);
    if (plan.success) total = itemsIn(plan.data);
    const { data } = ImagesResult.safeParse(output);
    for (const { index } of data?.results ?? []) done.add(index);
  }
  return { total, done: done.size, mapRunArn };
}

function itemsIn(plan: Plan): number {
  return "plan" in plan ? (plan.items ?? plan.total) : plan.batches.reduce((sum, { Items }) => sum + Items.length, 0);
}
