import assert from "node:assert/strict";
import { releaseIdLength } from "../../../contract/release.ts";
import { resultsKey } from "../../../contract/results.ts";
import { type MapRun, prefixes, type Retry } from "../../../contract/workflow.ts";
import { kindOf } from "./mutants.ts";
import type { Scenario } from "./scenario.ts";
import type { Testbed } from "./testbed.ts";

const release = "0".repeat(releaseIdLength);

/**
 * Calls of functions with objects that have expired. The error must differ from the error for an object that a function
 * may not read. `own` is the stack's bucket.
 */
export function expiredScenarios(testbed: Testbed, own: string): readonly Scenario[] {
  const mapRun: MapRun = { ResultWriterDetails: { Bucket: own, Key: `${prefixes.mapRuns}absent/manifest.json` } };
  const earlier = { bucket: own, key: resultsKey("absent", "json") };
  const retry: Retry = { retryOf: "absent", results: earlier, topK: 1 };
  const reduced = { executionId: "forgotten", total: 1 };
  return [
    {
      title: "an expired Map Run is reported as missing",
      about: ["reduce"],
      run: () => missed(testbed, "reduce", { release, classified: { ...reduced, mapRun } }),
    },
    {
      title: "a retry whose earlier results have gone is not planned",
      about: ["map"],
      run: () => missed(testbed, "map", { executionId: "forgotten", input: retry }),
    },
    {
      title: "a retry whose earlier results have gone since it was planned",
      about: ["reduce"],
      run: () => missed(testbed, "reduce", { release, classified: { ...reduced, batches: [], earlier } }),
    },
  ];
}

async function missed({ runtime, graph }: Testbed, name: string, event: object): Promise<void> {
  const called = graph.functions.find((each) => kindOf(each.name) === name);
  const { functionError, payload } = await runtime.lambda.invoker.invoke({
    functionArn: `${called?.arn}:${called?.version}`,
    payload: JSON.stringify(event),
    caller: { accessKeyId: "operator", arn: `arn:aws:iam::${graph.accountId}:user/operator` },
  });
  assert.equal(functionError, "Unhandled", payload);
  assert.equal(JSON.parse(payload).errorType, "ObjectNotFound", payload);
}
