import {
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import type { Handler, Properties } from "../handler.ts";
import { account, cloudwatch, sns, verifier } from "../moto.ts";
import { found, needed, pascal, text } from "../values.ts";

/** The provider's names for properties that have a different name in the API. */
const alarmNames: Readonly<Record<string, string>> = {
  name: "AlarmName",
  okActions: "OKActions",
  metricQueries: "Metrics",
};

function alarmOf(inputs: Properties): PutMetricAlarmInput {
  const entries = Object.entries(inputs)
    .filter(([key]) => !key.startsWith("__") && !["tags", "region", "dimensions", "metricQueries"].includes(key))
    .map(([key, value]) => [alarmNames[key] ?? pascal<string>(key.charAt(0).toUpperCase() + key.slice(1)), value]);
  const dimensions = pairs(inputs["dimensions"]);
  const queries = inputs["metricQueries"] as readonly Properties[] | undefined;
  return {
    ...Object.fromEntries(entries),
    ...(dimensions && { Dimensions: dimensions }),
    ...(queries && { Metrics: queries.map(queryOf) }),
  } as PutMetricAlarmInput;
}

function pairs(dimensions: unknown): { Name: string; Value: string }[] | undefined {
  if (typeof dimensions !== "object" || dimensions === null) return undefined;
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value: String(Value) }));
}

function queryOf(query: Properties): Properties {
  const { metric, ...rest } = query;
  if (typeof metric !== "object" || metric === null) return pascal(rest);
  const { namespace, metricName, dimensions, ...stat } = metric as Properties;
  const Metric = { Namespace: namespace, MetricName: metricName, Dimensions: pairs(dimensions) };
  return { ...pascal<Properties>(rest), MetricStat: { Metric, ...pascal<Properties>(stat) } };
}

const alarm: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const name = needed(inputs, "name");
    await cloudwatch.send(new PutMetricAlarmCommand(alarmOf(inputs)));
    const arn = `arn:aws:cloudwatch:us-east-1:${account}:alarm:${name}`;
    return { id: name, outputs: { arn, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(_id, inputs) {
    await cloudwatch.send(new PutMetricAlarmCommand(alarmOf(inputs)));
    return {};
  },
  async exists(id) {
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [id] }));
    return MetricAlarms.length === 1;
  },
  async delete(id) {
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }));
  },
};

async function putDashboard(inputs: Properties): Promise<string> {
  const DashboardName = needed(inputs, "dashboardName");
  await cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: needed(inputs, "dashboardBody") }));
  return DashboardName;
}

const dashboard: Handler = {
  verifier,
  replaces: ["dashboardName"],
  async create(inputs) {
    const id = await putDashboard(inputs);
    return { id, outputs: { dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${id}` } };
  },
  async update(_id, inputs) {
    await putDashboard(inputs);
    return {};
  },
  exists: (id) => found(cloudwatch.send(new GetDashboardCommand({ DashboardName: id }))),
  async delete(id) {
    await cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [id] }));
  },
};

const topic: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const key = text(inputs, "kmsMasterKeyId");
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: name, ...(key && { Attributes: { KmsMasterKeyId: key } }) }),
    );
    return { id: TopicArn ?? name, outputs: { arn: TopicArn, owner: account, tagsAll: inputs["tags"] ?? {} } };
  },
  update: async () => ({}),
  exists: (id) => found(sns.send(new GetTopicAttributesCommand({ TopicArn: id }))),
  async delete(id) {
    await sns.send(new DeleteTopicCommand({ TopicArn: id }));
  },
};

const topicPolicy: Handler = {
  verifier,
  replaces: ["arn"],
  async create(inputs) {
    await putTopicPolicy(inputs);
    return { id: needed(inputs, "arn"), outputs: { owner: account } };
  },
  async update(_id, inputs) {
    await putTopicPolicy(inputs);
    return {};
  },
};

async function putTopicPolicy(inputs: Properties): Promise<void> {
  const [TopicArn, AttributeValue] = [needed(inputs, "arn"), needed(inputs, "policy")];
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue }));
}

const subscription: Handler = {
  verifier,
  async create(inputs) {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn: needed(inputs, "topic"),
        Protocol: needed(inputs, "protocol"),
        Endpoint: needed(inputs, "endpoint"),
        ReturnSubscriptionArn: true,
      }),
    );
    return { id: SubscriptionArn ?? "", outputs: { arn: SubscriptionArn, pendingConfirmation: true } };
  },
  async delete(id) {
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: id }));
  },
};

export const watchHandlers: Readonly<Record<string, Handler>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
};
