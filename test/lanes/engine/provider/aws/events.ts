import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import type { Handler, Properties } from "../handler.ts";
import { eventBridge, verifier } from "../moto.ts";
import { found, needed, shape, text } from "../values.ts";

const putRule = (inputs: Properties) =>
  eventBridge.send(
    new PutRuleCommand({
      Name: needed(inputs, "name"),
      EventPattern: needed(inputs, "eventPattern"),
      Description: text(inputs, "description"),
      State: shape<RuleState>(inputs, "state"),
    }),
  );

const rule: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "eventBusName"],
  async create(inputs) {
    const { RuleArn } = await putRule(inputs);
    return { id: needed(inputs, "name"), outputs: { arn: RuleArn, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(_id, inputs) {
    await putRule(inputs);
    return {};
  },
  exists: (id) => found(eventBridge.send(new DescribeRuleCommand({ Name: id }))),
  async delete(id) {
    await eventBridge.send(new DeleteRuleCommand({ Name: id }));
  },
};

async function putTarget(inputs: Properties): Promise<void> {
  const Targets = [{ Id: needed(inputs, "targetId"), Arn: needed(inputs, "arn"), RoleArn: needed(inputs, "roleArn") }];
  const { FailedEntries = [] } = await eventBridge.send(
    new PutTargetsCommand({ Rule: needed(inputs, "rule"), Targets }),
  );
  if (FailedEntries.length > 0) throw new Error(JSON.stringify(FailedEntries));
}

const target: Handler = {
  verifier,
  autoName: "targetId",
  replaces: ["rule", "targetId", "eventBusName"],
  async create(inputs) {
    await putTarget(inputs);
    return { id: `${needed(inputs, "rule")}-${needed(inputs, "targetId")}`, outputs: {} };
  },
  async update(_id, inputs) {
    await putTarget(inputs);
    return {};
  },
  async exists(_id, state) {
    const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: needed(state, "rule") }));
    return Targets.some(({ Id }) => Id === text(state, "targetId"));
  },
  async delete(_id, state) {
    await eventBridge.send(new RemoveTargetsCommand({ Rule: needed(state, "rule"), Ids: [needed(state, "targetId")] }));
  },
};

export const eventsHandlers: Readonly<Record<string, Handler>> = {
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
};
