import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeMapRunCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  type HistoryEvent,
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

export interface HistoryPage {
  readonly events: readonly HistoryEvent[];
  readonly nextToken?: string | undefined;
}

/**
 * The Step Functions operations that the API needs. An execution is identified by its name and the ARN of its state
 * machine or of an alias of it: names are unique within a machine, whichever version an execution runs.
 */
export interface Workflows {
  /** "exists": an execution with this name has another input, or has ended. */
  start(machineArn: string, name: string, input: string): Promise<"started" | "exists">;
  startSync(machineArn: string, name: string, input: string): Promise<SyncExecution>;
  describe(machineArn: string, name: string): Promise<Execution | undefined>;
  /** The release that an execution runs; undefined if its definition does not name one. */
  release(machineArn: string, name: string, execution: Execution): Promise<string | undefined>;
  /** One page of an execution's history, oldest events first. */
  history(machineArn: string, name: string, token: string | undefined): Promise<HistoryPage>;
  /** How many items a Map Run has, and of how many the child execution has ended. */
  mapRunItems(mapRunArn: string): Promise<{ readonly total: number; readonly ended: number }>;
  /** False when there is no such execution. */
  stop(machineArn: string, name: string): Promise<boolean>;
}

/** The gateway waits 29 seconds. A call that could take longer is ended before that, so that the API can still respond. */
const syncRequestMs = 27_000;

/** Events in one page of a history: the most that GetExecutionHistory returns. */
const historyEvents = 1_000;

/** Number of parts of a state machine's ARN; an alias or a version adds one. */
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
  // One attempt: a throttled call must not use up more of the quota, and the last known progress serves as well.
  const progressClient = new SFNClient(clientOptions({ attempts: 1 }));
  /** The release in each state machine version. It is cached for good, because a version's definition never changes. */
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
    async history(machineArn, name, nextToken) {
      const asked = { executionArn: executionArn(machineArn, name), maxResults: historyEvents, nextToken };
      const { events = [], nextToken: next } = await progressClient.send(new GetExecutionHistoryCommand(asked));
      return { events, nextToken: next };
    },
    async mapRunItems(mapRunArn) {
      const { itemCounts } = await progressClient.send(new DescribeMapRunCommand({ mapRunArn }));
      const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
      return { total, ended: succeeded + failed + timedOut + aborted };
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
