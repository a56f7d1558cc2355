import assert from "node:assert/strict";
import { ApiError, StartedExecution } from "../../../contract/http.ts";
import { resultsKey } from "../../../contract/results.ts";
import type { ImageResult } from "../../../contract/workflow.ts";
import { call, results, start } from "../support/client.ts";
import { deleteObject } from "./objects.ts";
import type { Scenario } from "./scenario.ts";
import type { Testbed } from "./testbed.ts";

interface RetryScenario {
  /** The reference of the sample photo. */
  readonly sample: string;
  /** The stack's bucket. */
  readonly own: string;
  readonly patienceMs: number;
}

/** A retry that completes the results of a first execution, and one that comes after they have expired. */
export function retryScenario(testbed: Testbed, { sample, own, patienceMs }: RetryScenario): Scenario {
  const retry = (id: string) => call(testbed, `/executions/${id}/retry`, { method: "POST" });
  const codesOf = (list: readonly ImageResult[]) =>
    list.map((each) => ("error" in each ? each.error.code : "predicted"));
  const expected = ["predicted", "UpstreamError"];
  return {
    title: "a retry of what failed, and of results that have expired",
    about: ["api", "map", "reduce"],
    async run() {
      const first = await testbed.patience.finish(await start(testbed, [sample, testbed.brokenUrl]), patienceMs);
      assert.deepEqual(codesOf(await results(testbed, first)), expected);
      const response = await retry(first.executionId);
      assert.equal(response.status, 202, await response.clone().text());
      const { executionId } = StartedExecution.parse(await response.json());
      const second = await testbed.patience.finish(executionId, patienceMs);
      assert.equal(second.retryOf, first.executionId);
      assert.equal(second.progress?.total, 1);
      assert.deepEqual(codesOf(await results(testbed, second)), expected);
      await deleteObject(testbed, own, resultsKey(first.executionId, "json"));
      const late = await retry(first.executionId);
      assert.equal(ApiError.parse(await late.json()).code, "ResultsExpired");
    },
  };
}
