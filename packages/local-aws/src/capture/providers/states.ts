import { arn, physicalName, required } from "../identity.ts";
import type { Providers } from "./provider.ts";

/** Providers for Step Functions and its monitoring: log groups, alarms, the dashboard and the alarm topic. */
export const statesProviders: Providers = {
  "aws:sfn/stateMachine:StateMachine": (registration) => {
    const name = physicalName(registration);
    const machineArn = arn("states", `stateMachine:${name}`, registration.identity);
    const type = registration.inputs["type"] ?? "STANDARD";
    const published = registration.inputs["publish"] === true;
    const outputs = {
      name,
      arn: machineArn,
      type,
      status: "ACTIVE",
      // Only the running service knows the number of the newest version; 0 refers to that version.
      ...(published && { stateMachineVersionArn: `${machineArn}:0` }),
    };
    return { id: machineArn, outputs };
  },
  "aws:sfn/alias:Alias": (registration) => {
    const [first] = (registration.inputs["routingConfigurations"] ?? []) as { stateMachineVersionArn?: string }[];
    const machineArn = String(first?.stateMachineVersionArn ?? "").replace(/:\d+$/, "");
    const name = physicalName(registration);
    const aliasArn = `${machineArn}:${name}`;
    return { id: aliasArn, outputs: { name, arn: aliasArn } };
  },
  "aws:cloudwatch/logGroup:LogGroup": (registration) => {
    const name = physicalName(registration);
    const retentionInDays = registration.inputs["retentionInDays"] ?? 0;
    return {
      id: name,
      outputs: { name, arn: arn("logs", `log-group:${name}`, registration.identity), retentionInDays },
    };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": (registration) => {
    const name = physicalName(registration);
    return { id: name, outputs: { name, arn: arn("cloudwatch", `alarm:${name}`, registration.identity) } };
  },
  "aws:cloudwatch/dashboard:Dashboard": (registration) => {
    const name = required(registration, "dashboardName");
    return { id: name, outputs: { dashboardArn: arn("cloudwatch", `dashboard/${name}`, registration.identity) } };
  },
  "aws:sns/topic:Topic": (registration) => {
    const name = physicalName(registration);
    const topicArn = arn("sns", name, registration.identity);
    return { id: topicArn, outputs: { name, arn: topicArn } };
  },
  "aws:sns/topicPolicy:TopicPolicy": (registration) => ({ id: required(registration, "arn"), outputs: {} }),
  "aws:sns/topicSubscription:TopicSubscription": (registration) => {
    const subscription = `${required(registration, "topic")}:${registration.name}`;
    return { id: subscription, outputs: { arn: subscription, pendingConfirmation: true } };
  },
};
