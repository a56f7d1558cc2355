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
import type { Handler, Properties } from "./handler.ts";
import { account, judge, logs, region, states } from "./moto.ts";
import { found, needed, shape, text, whole } from "./values.ts";

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
  judge,
  autoName: "name",
  replaces: ["name", "type"],
  volatile: ["revisionId", "stateMachineVersionArn"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({ name, type: shape<StateMachineType>(inputs, "type"), ...settingsOf(inputs) }),
    );
    const outputs = { arn: stateMachineArn, creationDate: new Date().toISOString(), status: "ACTIVE" };
    return { id: stateMachineArn ?? "", outputs: { ...outputs, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    await states.send(new UpdateStateMachineCommand({ stateMachineArn: id, ...settingsOf(inputs) }));
    return {};
  },
  exists: (id) => found(states.send(new DescribeStateMachineCommand({ stateMachineArn: id }))),
  async delete(id) {
    await states.send(new DeleteStateMachineCommand({ stateMachineArn: id }));
  },
};

async function setRetention(logGroupName: string, inputs: Properties): Promise<void> {
  const retentionInDays = whole(inputs, "retentionInDays") ?? 0;
  if (retentionInDays > 0) await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  else await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
}

const logGroup: Handler = {
  judge,
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
  "aws:sfn/stateMachine:StateMachine": stateMachine,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
};
