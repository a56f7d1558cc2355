import { describe, expect, it } from "vitest";
import { listOf, registrations, the } from "../test-support/registrations.ts";
import { Alarms, type AlarmsArgs } from "./alarms.ts";

const args: AlarmsArgs = {
  accountId: "123456789012",
  machines: { workflow: "arn:machine" },
  functions: { classify: { name: "classify-1", timeoutSeconds: 100 } },
  rules: { notify: "ended-1" },
  api: { name: "rest-1", stage: "v1" },
};
const made = (more: Partial<AlarmsArgs> = {}, preview = false) =>
  registrations(() => new Alarms("alarms", { ...args, ...more }), { preview });
const children = [
  "Alarms alarms",
  "MetricAlarm alarms-api-errors",
  "MetricAlarm alarms-classify-errors",
  "MetricAlarm alarms-classify-slow",
  "MetricAlarm alarms-classify-throttled",
  "MetricAlarm alarms-notify-rule-failed",
  "MetricAlarm alarms-workflow-failed",
  "MetricAlarm alarms-workflow-throttled",
  "MetricAlarm alarms-workflow-timed-out",
];

describe("the alarms", () => {
  it.each([false, true])(
    "watch each machine, each function, each event rule and the API (preview: %s)",
    async (preview) => {
      expect(listOf(await made({}, preview))).toEqual(children);
    },
  );

  it("notify nobody without an address, otherwise the address through a topic that only alarms publish to", async () => {
    for (const { inputs } of await made()) expect(inputs).not.toHaveProperty("alarmActions");
    const notified = await made({ alarmAddress: "team@example.com" });
    const topic = ["Topic alarms-topic", "TopicPolicy alarms-publish", "TopicSubscription alarms-email"];
    expect(listOf(notified)).toEqual([...children, ...topic].sort());
    expect(the(notified, "TopicSubscription").inputs).toMatchObject({
      protocol: "email",
      endpoint: "team@example.com",
    });
    const { outputs } = the(notified, "Topic");
    for (const { inputs } of notified.filter(({ type }) => type.endsWith(":MetricAlarm"))) {
      expect(inputs["alarmActions"]).toEqual([outputs["arn"]]);
    }
  });

  it("say that a function comes near its timeout, by its own timeout", async () => {
    const slow = (await made()).find(({ name }) => name === "alarms-classify-slow");
    expect(slow?.inputs).toMatchObject({
      namespace: "AWS/Lambda",
      metricName: "Duration",
      dimensions: { FunctionName: "classify-1" },
      extendedStatistic: "p99",
      threshold: 90_000,
    });
    expect(slow?.inputs).not.toHaveProperty("statistic");
  });

  it("ring at the first failure, after five errors of a function, and when it is slow for 15 minutes", async () => {
    const alarms = (await made()).filter(({ type }) => type.endsWith(":MetricAlarm"));
    const limits = alarms.map(({ name, inputs }) => [name, inputs["threshold"], inputs["evaluationPeriods"]]);
    expect(limits.sort()).toEqual([
      ["alarms-api-errors", 1, 1],
      ["alarms-classify-errors", 5, 1],
      ["alarms-classify-slow", 90_000, 3],
      ["alarms-classify-throttled", 5, 1],
      ["alarms-notify-rule-failed", 1, 1],
      ["alarms-workflow-failed", 1, 1],
      ["alarms-workflow-throttled", 1, 1],
      ["alarms-workflow-timed-out", 1, 1],
    ]);
    for (const { inputs } of alarms) expect(inputs["period"]).toBe(300);
  });

  it("are quiet while nothing runs", async () => {
    for (const { type, inputs } of await made()) {
      if (type.endsWith(":MetricAlarm")) expect(inputs["treatMissingData"]).toBe("notBreaching");
    }
  });
});
