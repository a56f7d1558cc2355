import { DescribeAlarmsCommand, GetDashboardCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { cloudwatch, logs, sns } from "../moto.ts";
import type { Live } from "./read.ts";

function alarmOf(alarm: MetricAlarm) {
  return {
    alarmActions: alarm.AlarmActions ?? [],
    alarmDescription: alarm.AlarmDescription,
    actionsEnabled: alarm.ActionsEnabled ?? true,
    comparisonOperator: alarm.ComparisonOperator,
    evaluationPeriods: alarm.EvaluationPeriods,
    period: alarm.Period,
    threshold: alarm.Threshold,
    treatMissingData: alarm.TreatMissingData,
  };
}

export const liveAlarms: Readonly<Record<string, Live>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": async (id) => {
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [id] }));
    return MetricAlarms[0] && alarmOf(MetricAlarms[0]);
  },
  "aws:cloudwatch/dashboard:Dashboard": async (id) => ({
    dashboardBody: (await cloudwatch.send(new GetDashboardCommand({ DashboardName: id }))).DashboardBody,
  }),
  "aws:cloudwatch/logGroup:LogGroup": async (id) => {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const group = logGroups.find(({ logGroupName }) => logGroupName === id);
    return group && { retentionInDays: group.retentionInDays ?? 0 };
  },
  "aws:sns/topicPolicy:TopicPolicy": async (id) => ({
    policy: (await sns.send(new GetTopicAttributesCommand({ TopicArn: id }))).Attributes?.["Policy"],
  }),
};
