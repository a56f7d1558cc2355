import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  type LogLevel,
  type StateMachineType,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import type { Handler, Properties } from "../handler.ts";
import { account, logs, region, states, verifier } from "../moto.ts";
import { found, needed, shape, text, whole } from "../values.ts";

function settingsOf(inputs: Properties) {
  const logging = shape<{ level?: LogLevel; includeExecutionData?: boolean; logDestination?: string }>(
    inputs,
    "loggingConfiguration",
  );
  const tracing = shape<{ enabled?: boolean }>(inputs, "tracingConfiguration");
  return {
    definition: needed(inputs, "definition"),
    roleArn: needed(inputs, "roleArn"),
    ...(tracing && { tracingConfiguration: { enabled: tracing.enabled } }),
    ...(logging && {
      loggingConfiguration: {
        level: logging.level,
        includeExecutionData: logging.includeExecutionData,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }],
      },
    }),
  };
}

const stateMachine: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "type"],
  volatile: ["revisionId", "stateMachineVersionArn"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({ name, type: shape<StateMachineType>(inputs, "type"), ...settingsOf(inputs) }),
    );
    const outputs = {
      arn: stateMachineArn,
      creationDate: new Date().toISOString(),
      status: "ACTIVE",
      ...(inputs["publish"] === true && { stateMachineVersionArn: `${stateMachineArn}:1` }),
    };
    return { id: stateMachineArn ?? "", outputs: { ...outputs, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs, state) {
    await states.send(new UpdateStateMachineCommand({ stateMachineArn: id, ...settingsOf(inputs) }));
    if (inputs["publish"] !== true) return {};
    // AWS numbers versions in the same way: each published change is the next version.
    const [, number = "0"] = /:(\d+)$/.exec(text(state, "stateMachineVersionArn") ?? "") ?? [];
    return { stateMachineVersionArn: `${id}:${Number(number) + 1}` };
  },
  exists: (id) => found(states.send(new DescribeStateMachineCommand({ stateMachineArn: id }))),
  async delete(id) {
    await states.send(new DeleteStateMachineCommand({ stateMachineArn: id }));
  },
};

/** moto does not support versions and aliases. Their rules are checked here, as documented in the API Reference. */
const stateMachineAlias: Handler = {
  verifier: "routes by the API Reference",
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const machine = machineOfRoutes(inputs);
    return {
      id: `${machine}:${needed(inputs, "name")}`,
      outputs: { arn: `${machine}:${needed(inputs, "name")}`, creationDate: new Date().toISOString() },
    };
  },
  async update(_id, inputs) {
    machineOfRoutes(inputs);
    return {};
  },
};

/**
 * Checks that the routes have one or two versions of the same machine and that their weights add up to 100. Returns
 * that machine.
 */
function machineOfRoutes(inputs: Properties): string {
  const routes = shape<{ stateMachineVersionArn: string; weight: number }[]>(inputs, "routingConfigurations") ?? [];
  const machines = new Set(routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn.replace(/:\d+$/, "")));
  const [machine = ""] = machines;
  const versions = routes.every(({ stateMachineVersionArn }) =>
    /:stateMachine:[^:]+:\d+$/.test(stateMachineVersionArn),
  );
  const weight = routes.reduce((sum, route) => sum + route.weight, 0);
  if (versions && machines.size === 1 && routes.length <= 2 && weight === 100) return machine;
  throw new Error(`ValidationException: ${JSON.stringify(routes)} are not routes of an alias`);
}

async function setRetention(logGroupName: string, inputs: Properties): Promise<void> {
  const retentionInDays = whole(inputs, "retentionInDays") ?? 0;
  if (retentionInDays > 0) await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  else await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
}

const logGroup: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const name = needed(inputs, "name");
    await logs.send(new CreateLogGroupCommand({ logGroupName: name, kmsKeyId: text(inputs, "kmsKeyId") }));
    await setRetention(name, inputs);
    const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
    return { id: name, outputs: { arn, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    await setRetention(id, inputs);
    return {};
  },
  async exists(id) {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    return logGroups.some(({ logGroupName }) => logGroupName === id);
  },
  async delete(id) {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: id }));
  },
};

export const statesHandlers: Readonly<Record<string, Handler>> = {
  "aws:sfn/alias:Alias": stateMachineAlias,
  "aws:sfn/stateMachine:StateMachine": stateMachine,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
};
