import assert from "node:assert/strict";
import { RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import { call, start } from "../support/client.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import type { Testbed } from "./testbed.ts";

/** More images than fit into the state with the testbed's limit. None of them is fetched. */
export const manyImages: readonly string[] = Array.from(
  { length: 20 },
  (_, at) => `https://refused.example.com/${at}.jpg`,
);

/** Stops a large list in the middle of its Map Run and redrives it. `ended` waits until it succeeds. */
export async function redriveStopped(
  testbed: Testbed,
  ended: (executionId: string) => Promise<unknown>,
): Promise<void> {
  const executionId = await start(testbed, [testbed.slow.url, ...manyImages]);
  const client = statesClient(testbed);
  let releasing: NodeJS.Timeout | undefined;
  try {
    const arn = await executionArn(client, /-workflow-/, executionId);
    const begun = /^(MapRunStarted|Execution(Failed|Succeeded))$/;
    const history = async () => historyOf(client, arn);
    await testbed.patience.until("a Map Run", async () => (await history()).some(({ type = "" }) => begun.test(type)));
    const stopped = await call(testbed, `/executions/${executionId}`, { method: "DELETE" });
    assert.equal(stopped.status, 202, await stopped.text());
    await client.send(new RedriveExecutionCommand({ executionArn: arn }));
    releasing = setInterval(() => testbed.slow.release(), 50);
    await ended(executionId);
  } finally {
    clearInterval(releasing);
    testbed.slow.release();
    client.destroy();
  }
}
