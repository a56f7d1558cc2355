import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandOutput,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { clientOptions, refusesHostPrefix } from "../shared/aws-client.ts";

type Ending = "status" | "output" | "error" | "cause";
export type Execution = Partial<Pick<DescribeExecutionCommandOutput, Ending | "startDate" | "stopDate" | "input">>;
export type SyncExecution = Partial<Pick<StartSyncExecutionCommandOutput, Ending>>;

/** Step Functions, as far as the API needs it. An execution is named by its machine's ARN and its own name. */
export interface Workflows {
  /** "exists": the name is taken by another input, or by an execution that has ended. */
  start(machineArn: string, name: string, input: string): Promise<"started" | "exists">;
  startSync(machineArn: string, name: string, input: string): Promise<SyncExecution>;
  describe(machineArn: string, name: string): Promise<Execution | undefined>;
  /** False when there is no such execution. */
  stop(machineArn: string, name: string): Promise<boolean>;
}

/** The gateway waits 29 seconds; a call that could outlast it is cut before, so that the answer is ours. */
const syncRequestMs = 27_000;

function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

export function stepFunctions(endpoint?: string): Workflows {
  const client = new SFNClient(clientOptions());
  // Never sent twice: each attempt would be an execution of its own.
  const syncClient = new SFNClient({
    ...clientOptions({ requestMs: syncRequestMs, attempts: 1 }),
    disableHostPrefix: refusesHostPrefix(endpoint),
  });
  return {
    async start(stateMachineArn, name, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
        return "started";
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return "exists";
        throw error;
      }
    },
    startSync: (stateMachineArn, name, input) =>
      syncClient.send(new StartSyncExecutionCommand({ stateMachineArn, name, input })),
    async describe(machineArn, name) {
      try {
        return await client.send(new DescribeExecutionCommand({ executionArn: executionArn(machineArn, name) }));
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
    async stop(machineArn, name) {
      const reason = { error: "Stopped", cause: "The execution was stopped by a request to the API." };
      try {
        await client.send(new StopExecutionCommand({ executionArn: executionArn(machineArn, name), ...reason }));
        return true;
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return false;
        throw error;
      }
    },
  };
}
