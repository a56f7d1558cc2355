import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandOutput,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { releaseIn } from "../../contract/release.ts";
import { clientOptions, refusesHostPrefix } from "../shared/aws-client.ts";

type Ending = "status" | "output" | "error" | "cause";
export type Execution = Partial<
  Pick<DescribeExecutionCommandOutput, Ending | "startDate" | "stopDate" | "input" | "stateMachineVersionArn">
>;
export type SyncExecution = Partial<Pick<StartSyncExecutionCommandOutput, Ending>>;

/**
 * Step Functions, as far as the API needs it. An execution is named by its own name and the ARN of its machine or of an alias
 * of it: names are unique within a machine, whichever version an execution runs.
 */
export interface Workflows {
  /** "exists": the name is taken by another input, or by an execution that has ended. */
  start(machineArn: string, name: string, input: string): Promise<"started" | "exists">;
  startSync(machineArn: string, name: string, input: string): Promise<SyncExecution>;
  describe(machineArn: string, name: string): Promise<Execution | undefined>;
  /** The release that an execution runs; undefined where its definition names none. */
  release(machineArn: string, name: string, execution: Execution): Promise<string | undefined>;
  /** False when there is no such execution. */
  stop(machineArn: string, name: string): Promise<boolean>;
}

/** The gateway waits 29 seconds; a call that could outlast it is cut before, so that the answer is ours. */
const syncRequestMs = 27_000;

/** Parts of a state machine's ARN; an alias or a version is one more. */
const machineArnParts = 7;

function executionArn(machineArn: string, name: string): string {
  const machine = machineArn.split(":").slice(0, machineArnParts).join(":");
  return `${machine.replace(":stateMachine:", ":execution:")}:${name}`;
}

export function stepFunctions(endpoint?: string): Workflows {
  const client = new SFNClient(clientOptions());
  // Never sent twice: each attempt would start another execution.
  const syncClient = new SFNClient({
    ...clientOptions({ requestMs: syncRequestMs, attempts: 1 }),
    disableHostPrefix: refusesHostPrefix(endpoint),
  });
  /** By version: what a version names never changes. */
  const releases = new Map<string, string | undefined>();
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
    async release(machineArn, name, { stateMachineVersionArn: version }) {
      if (version !== undefined && releases.has(version)) return releases.get(version);
      const named = { executionArn: executionArn(machineArn, name) };
      const { definition = "{}" } = await client.send(new DescribeStateMachineForExecutionCommand(named));
      const release = releaseIn(definition);
      if (version !== undefined) releases.set(version, release);
      return release;
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
