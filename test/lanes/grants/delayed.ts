import assert from "node:assert/strict";
import { StartedExecution } from "../../../contract/http.ts";
import { call } from "../support/client.ts";
import type { Scenario } from "./scenario.ts";
import type { Testbed } from "./testbed.ts";

/** Seconds ahead, tried in turn: a request that arrives after its time starts at once, and delays nothing. */
const ahead = [1, 10, 100];

/** An execution that begins at a later time. */
export function delayedScenario(testbed: Testbed, patienceMs: number): Scenario {
  return {
    title: "a delayed start",
    about: ["delayed-start", "api"],
    async run() {
      const { executionId, notBefore } = await scheduled(testbed);
      const { status, startedAt } = await testbed.patience.finish(executionId, patienceMs);
      assert.equal(status, "SUCCEEDED");
      assert(startedAt >= notBefore, `it began at ${startedAt}, before ${notBefore}`);
    },
  };
}

async function scheduled(testbed: Testbed): Promise<{ readonly executionId: string; readonly notBefore: string }> {
  for (const seconds of ahead) {
    const notBefore = new Date(Date.now() + seconds * 1_000).toISOString();
    const body = JSON.stringify({ images: ["https://refused.example.com/a.jpg"], notBefore });
    const response = await call(testbed, "/classify", { method: "POST", body });
    assert.equal(response.status, 202, await response.clone().text());
    const { executionId, status } = StartedExecution.parse(await response.json());
    if (status === "SCHEDULED") return { executionId, notBefore };
  }
  throw new Error(`no request was scheduled, not even one for ${ahead.at(-1)} seconds later`);
}
