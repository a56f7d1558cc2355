import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListStateMachineVersionsCommand,
  type LogLevel,
  type RoutingConfigurationListItem,
  type StateMachineType,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import type { Handler, Properties } from "../handler.ts";
import { account, logs, region, states, verifier, wholeStates } from "../moto.ts";
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

/**
 * A machine is created twice: in moto, which verifies its inputs independently, and in the account's own service, which
 * has versions and aliases.
 */
const stateMachine: Handler = {
  verifier: "moto; versions by local-aws",
  autoName: "name",
  replaces: ["name", "type"],
  volatile: ["revisionId", "stateMachineVersionArn"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const machine = { name, type: shape<StateMachineType>(inputs, "type"), ...settingsOf(inputs) };
    await states.send(new CreateStateMachineCommand(machine));
    const { stateMachineArn, stateMachineVersionArn } = await wholeStates.send(
      new CreateStateMachineCommand({ ...machine, publish: inputs["publish"] === true }),
    );
    const outputs = {
      arn: stateMachineArn,
      creationDate: new Date().toISOString(),
      status: "ACTIVE",
      ...(stateMachineVersionArn !== undefined && { stateMachineVersionArn }),
    };
    return { id: stateMachineArn ?? "", outputs: { ...outputs, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    const machine = { stateMachineArn: id, ...settingsOf(inputs) };
    await states.send(new UpdateStateMachineCommand(machine));
    const { stateMachineVersionArn } = await wholeStates.send(
      new UpdateStateMachineCommand({ ...machine, publish: inputs["publish"] === true }),
    );
    return stateMachineVersionArn === undefined ? {} : { stateMachineVersionArn };
  },
  /** Like the real provider, which takes the newest version for the one that was published last. */
  async read(id, { inputs, state }) {
    if (!(await found(wholeStates.send(new DescribeStateMachineCommand({ stateMachineArn: id }))))) return undefined;
    const { stateMachineVersions = [] } = await wholeStates.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: id }),
    );
    const [newest] = stateMachineVersions;
    return { inputs, state: { ...state, stateMachineVersionArn: newest?.stateMachineVersionArn } };
  },
  async delete(id) {
    await states.send(new DeleteStateMachineCommand({ stateMachineArn: id }));
    await wholeStates.send(new DeleteStateMachineCommand({ stateMachineArn: id }));
  },
};

const routesOf = (inputs: Properties): RoutingConfigurationListItem[] =>
  shape<RoutingConfigurationListItem[]>(inputs, "routingConfigurations") ?? [];

const stateMachineAlias: Handler = {
  verifier: "local-aws",
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const { stateMachineAliasArn: arn } = await wholeStates.send(
      new CreateStateMachineAliasCommand({ name: needed(inputs, "name"), routingConfiguration: routesOf(inputs) }),
    );
    return { id: arn ?? "", outputs: { arn, creationDate: new Date().toISOString() } };
  },
  async update(id, inputs) {
    await wholeStates.send(
      new UpdateStateMachineAliasCommand({ stateMachineAliasArn: id, routingConfiguration: routesOf(inputs) }),
    );
    return {};
  },
  async read(id, known) {
    const look = wholeStates.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: id }));
    if (!(await found(look))) return undefined;
    const { routingConfiguration } = await look;
    const live = { routingConfigurations: routingConfiguration };
    return { inputs: { ...known.inputs, ...live }, state: { ...known.state, ...live } };
  },
  async delete(id) {
    await wholeStates.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: id }));
  },
};

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
