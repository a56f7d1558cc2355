import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { prefixes } from "../../../contract/workflow.ts";
import { type Connection, createClients } from "../clients.ts";
import type { ConsoleConfiguration } from "../console-page.ts";
import { sentenceOf } from "./failures.ts";
import type { Scope } from "./scope.ts";

/** What a console needs to know of the stack that it shows. */
export interface StackFacts {
  /** Empty if only a state machine is known. */
  readonly stack: string;
  /** ARNs of the state machines; the first one is that of `POST /classify` if there is an API. */
  readonly machineArns: readonly string[];
  readonly bucket?: string | undefined;
  readonly api?: { readonly url: string; readonly key?: string | undefined } | undefined;
  readonly writable: boolean;
}

/** A deployed stack as the console's page and server use it. */
export interface DeployedStack {
  readonly connection: Connection;
  readonly configuration: ConsoleConfiguration;
  readonly scope: Scope;
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
  const stateMachines: { name: string; arn: string; type: string }[] = [];
  const roleArns: string[] = [];
  const clients = createClients({ ...connection, attempts: 3 });
  try {
    for (const arn of machineArns) {
      const {
        name = "",
        type = "",
        roleArn = "",
      } = await clients.states.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
      stateMachines.push({ name, arn, type });
      roleArns.push(roleArn);
    }
  } catch (error) {
    throw sentenceOf({ service: "states", operation: "DescribeStateMachine", input: undefined }, error) ?? error;
  } finally {
    clients.destroy();
  }
  const [workflowArn] = machineArns;
  return {
    connection,
    configuration: {
      stack,
      region,
      accountId,
      stateMachines,
      workflowArn: api === undefined ? undefined : workflowArn,
      buckets: bucket === undefined ? [] : [bucket],
      deployed: { writable, api: api?.url },
    },
    scope: {
      machineArns,
      roleArns,
      pictures: bucket === undefined ? undefined : { bucket, prefixes: [prefixes.samples, prefixes.uploads] },
      plans: prefixes.plans,
      hasApi: api !== undefined,
      writable,
    },
  };
}
