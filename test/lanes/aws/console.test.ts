import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { createConsolePage } from "../../../console/server/console-page.ts";
import { PacedKeeper } from "../../../console/server/deployed/paced-keeper.ts";
import { describeStack } from "../../../console/server/deployed/stack.ts";
import { PageSessions } from "../../../console/server/page-session.ts";
import { useAws } from "../support/aws-environment.ts";
import { startMoto } from "../support/moto.ts";
import { opened } from "../support/opened.ts";
import { account, region } from "./definitions.ts";

const port = 8090;
const origin = `http://localhost:${port}`;

/** The console's server for a state machine on moto: what a page of a deployed stack calls. */
const session = opened(
  async () => {
    const moto = await startMoto({ stepfunctions: { execute_state_machine: true } });
    const credentials = { accessKeyId: "lane", secretAccessKey: "lane" };
    const restore = useAws(moto.url, credentials);
    const client = new SFNClient({ region, endpoint: moto.url, credentials });
    const definition = JSON.stringify({
      StartAt: "Hold",
      States: { Hold: { Type: "Wait", SecondsPath: "$.seconds", End: true } },
    });
    const roleArn = `arn:aws:iam::${account}:role/lane`;
    const create = new CreateStateMachineCommand({ name: "shown", definition, roleArn });
    const { stateMachineArn = "" } = await client.send(create);
    client.destroy();
    const stack = await describeStack({ stack: "", machineArns: [stateMachineArn], writable: true });
    const sessions = new PageSessions({ port, requiresToken: true });
    const page = createConsolePage({
      root: process.cwd(),
      sessions,
      connection: () => stack.connection,
      configuration: () => stack.configuration,
      keeper: new PacedKeeper(stack.scope, { intervalMs: 100 }),
    });
    const entered = await page(new Request(origin + sessions.entrance));
    const cookie = entered?.headers.get("set-cookie")?.split(";")[0] ?? "";
    return { moto, page, cookie, stateMachineArn, configuration: stack.configuration, restore };
  },
  ({ moto, restore }) => {
    restore();
    return moto.stop();
  },
);

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const { page, cookie } = session();
  const init = { method: "POST", headers: { origin, cookie }, body: JSON.stringify(input) };
  const response = await page(new Request(`${origin}/aws/states/${operation}`, init));
  return { httpStatus: response?.status, ...((await response?.json()) as object) };
}

test("the console of a deployed machine lists, describes, reads the history, starts and stops", async () => {
  const { stateMachineArn, configuration } = session();
  expect(configuration).toMatchObject({
    region,
    accountId: account,
    stateMachines: [{ name: "shown", type: "STANDARD" }],
  });
  // Longer than the test may take: it ends when it is stopped.
  const input = '{"seconds":86400}';
  const { executionArn } = await call("StartExecution", { stateMachineArn, input });
  expect(await call("ListExecutions", { stateMachineArn, maxResults: 10 })).toMatchObject({
    httpStatus: 200,
    executions: [{ executionArn, status: "RUNNING" }],
  });
  // moto runs and stops an execution in another thread, after its response.
  const history = () => call("GetExecutionHistory", { executionArn, includeExecutionData: true });
  const entered = expect.objectContaining({ type: "WaitStateEntered" });
  await expect.poll(history).toMatchObject({ events: expect.arrayContaining([entered]) });
  expect(await call("StopExecution", { executionArn, cause: "Stopped in the console." })).toMatchObject({
    httpStatus: 200,
  });
  const described = () => call("DescribeExecution", { executionArn });
  await expect.poll(described).toMatchObject({ executionArn, status: "ABORTED", input });
});

test("a foreign machine and a missing one are refused", async () => {
  const foreign = session().stateMachineArn.replace("shown", "other");
  expect(await call("ListExecutions", { stateMachineArn: foreign })).toMatchObject({
    httpStatus: 403,
    code: "ForeignResource",
  });
  const executionArn = `${session().stateMachineArn.replace(":stateMachine:", ":execution:")}:absent`;
  expect(await call("DescribeExecution", { executionArn })).toMatchObject({
    httpStatus: 400,
    code: "ExecutionDoesNotExist",
  });
});
