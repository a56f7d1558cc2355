import { setTimeout as delay } from "node:timers/promises";
import { createStates } from "../index.ts";
import { accountId, fakeInvoker, noBuckets, operator, region } from "./harness.ts";
import { journey } from "./journey.ts";
import { journeyHandlers } from "./journey-handlers.ts";

/**
 * A separate process that runs journeys over a data folder until it is killed: `victim.ts <folder> <executions>`. It
 * prints "running" when it serves and "done" when every execution has ended. Waits and retry delays take a fiftieth of
 * their time.
 */
const [folder = "", count = "1"] = process.argv.slice(2);
const pace = 50;

const slow = Object.fromEntries(
  Object.entries(journeyHandlers).map(([name, handler]) => [
    name,
    async (payload: unknown) => {
      await delay(5 + Math.random() * 20);
      return handler(payload);
    },
  ]),
);

const states = createStates({
  stateMachines: [journey],
  accountId,
  region,
  dataDir: folder,
  invoker: fakeInvoker(slow),
  authorizer: { authorize() {} },
  credentialsFor: (roleArn) => ({ accessKeyId: "machine", arn: roleArn, roleArn }),
  logs: { write() {} },
  s3: noBuckets,
  clock: {
    now: Date.now,
    async sleep(milliseconds, signal) {
      await delay(Math.max(0, milliseconds) / pace, undefined, { signal });
    },
  },
});

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = { "x-amz-target": `AWSStepFunctions.${operation}` };
  const request = new Request("http://localhost/", { method: "POST", headers, body: JSON.stringify(input) });
  return (await (await states.service(request, operator)).json()) as Record<string, unknown>;
}

states.recover();
process.stdout.write("running\n");
for (let index = 0; index < Number(count); index += 1) {
  await call("StartExecution", { stateMachineArn: journey.arn, name: `journey-${index}`, input: "{}" });
}
for (;;) {
  const { executions } = await call("ListExecutions", { stateMachineArn: journey.arn, statusFilter: "RUNNING" });
  if ((executions as unknown[]).length === 0) break;
  await delay(20);
}
process.stdout.write("done\n");
await states.close();
