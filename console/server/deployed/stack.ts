import { DescribeStateMachineCommand, type LoggingConfiguration } from "@aws-sdk/client-sfn";
import type { RunCostInputs } from "../../../contract/cost/cost.ts";
import { functionNamesIn } from "../../../contract/lambda-arn.ts";
import { prefixes } from "../../../contract/workflow.ts";
import { type Connection, createClients } from "../clients.ts";
import type { ConsoleConfiguration, ConsoleFunction, ConsoleMachine } from "../console-page.ts";
import { costInputsOf } from "../estimate.ts";
import { sentenceOf } from "./failures.ts";
import type { Scope } from "./scope.ts";

/** What a console needs to know of the stack that it shows. */
export interface StackFacts {
  /** Empty if only a state machine is known. */
  readonly stack: string;
  /** ARNs of the state machines; the first one is that of `POST /classify` if there is an API. */
  readonly machineArns: readonly string[];
  /** ARN of the one that holds executions until they may start. */
  readonly delayedStartArn?: string | undefined;
  readonly bucket?: string | undefined;
  /** The stack's functions. @default those that the state machines call, with Lambda's own names for their log groups */
  readonly functions?: readonly ConsoleFunction[] | undefined;
  /** The stack's output of that name. */
  readonly costSettings?: unknown;
  readonly api?: { readonly url: string; readonly key?: string | undefined } | undefined;
  readonly writable: boolean;
}

/** A deployed stack as the console's page and server use it. */
export interface DeployedStack {
  readonly connection: Connection;
  readonly configuration: ConsoleConfiguration;
  readonly scope: Scope;
  readonly costInputs: RunCostInputs | undefined;
}

/**
 * Reads the type of each state machine, which also shows that the credentials work.
 * @throws Refusal whose message says what to do
 */
export async function describeStack(facts: StackFacts): Promise<DeployedStack> {
  const { stack, machineArns, bucket, api, writable } = facts;
  const [, , , region = "", accountId = ""] = machineArns[0]?.split(":") ?? [];
  // Another implementation of AWS, by the variable that AWS's SDK reads: it has no hosts with a prefix.
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  const connection = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    // The keeper repeats calls itself, so that each repetition counts.
    attempts: 1,
    api: { url: api?.url ?? "", ...(api?.key === undefined ? {} : { key: api.key }) },
  };
  const stateMachines: ConsoleMachine[] = [];
  const roleArns: string[] = [];
  const definitions: string[] = [];
  const clients = createClients({ ...connection, attempts: 3 });
  try {
    for (const arn of machineArns) {
      const {
        name = "",
        type = "",
        roleArn = "",
        definition = "{}",
        loggingConfiguration,
      } = await clients.states.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
      stateMachines.push({ name, arn, type, log: logOf(loggingConfiguration) });
      roleArns.push(roleArn);
      definitions.push(definition);
    }
  } catch (error) {
    throw sentenceOf({ service: "states", operation: "DescribeStateMachine", input: undefined }, error) ?? error;
  } finally {
    clients.destroy();
  }
  const [workflowArn] = machineArns;
  const functions = functionsIn(definitions, facts.functions);
  const costInputs = costInputsOf(facts.costSettings, definitions[0]);
  return {
    connection,
    configuration: {
      stack,
      region,
      accountId,
      stateMachines,
      functions,
      architecture: costInputs?.architecture,
      workflowArn: api === undefined ? undefined : workflowArn,
      delayedStartArn: facts.delayedStartArn,
      buckets: bucket === undefined ? [] : [bucket],
      deployed: { writable, api: api?.url },
    },
    scope: {
      machineArns,
      roleArns,
      logGroups: [
        ...functions.map(({ logGroup }) => logGroup),
        ...stateMachines.flatMap(({ log }) => (log === undefined ? [] : [log.group])),
      ],
      pictures: bucket === undefined ? undefined : { bucket, prefixes: [prefixes.samples, prefixes.uploads] },
      plans: prefixes.plans,
      hasApi: api !== undefined,
      writable,
    },
    costInputs,
  };
}

function logOf(configuration: LoggingConfiguration | undefined): ConsoleMachine["log"] {
  const { level = "OFF", includeExecutionData = false, destinations = [] } = configuration ?? {};
  const arn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const group = /:log-group:([^:]+)/.exec(arn ?? "")?.[1];
  return group === undefined || level === "OFF" ? undefined : { group, level, data: includeExecutionData };
}

/** The functions that the definitions call. */
function functionsIn(
  definitions: readonly string[],
  known: readonly ConsoleFunction[] = [],
): readonly ConsoleFunction[] {
  const names = new Set(definitions.flatMap(functionNamesIn));
  return [...names].map(
    (name) => known.find((each) => each.name === name) ?? { name, title: name, logGroup: `/aws/lambda/${name}` },
  );
}
