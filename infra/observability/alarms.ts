import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { publishByAlarms } from "../policies.ts";
import { calls, events, executions, type Metric, requests } from "./metrics.ts";

export interface AlarmsArgs {
  accountId: pulumi.Input<string>;
  /** Receives an e-mail for each alarm once its owner has confirmed the subscription. @default no notification */
  alarmAddress?: string | undefined;
  /** State machine ARNs by name. */
  machines: Readonly<Record<string, pulumi.Input<string>>>;
  functions: Readonly<Record<string, { name: pulumi.Input<string>; timeoutSeconds: number }>>;
  /** Event rules by name. */
  rules: Readonly<Record<string, pulumi.Input<string>>>;
  api: { name: pulumi.Input<string>; stage: pulumi.Input<string> };
}

interface Rule {
  readonly description: string;
  readonly metric: pulumi.Input<Metric>;
  /** A percentile, or the sum. */
  readonly percentile?: "p99";
  readonly threshold: number;
  /** Consecutive periods of five minutes. */
  readonly periods: number;
}

/** The alarms; docs/operations.md explains each and what to do. */
export class Alarms extends pulumi.ComponentResource {
  /** Only with an address. */
  readonly topic: aws.sns.Topic | undefined;
  readonly alarms: Readonly<Record<string, aws.cloudwatch.MetricAlarm>>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Alarms", name, {}, opts);
    this.topic = args.alarmAddress === undefined ? undefined : this.#createTopic(name, args, args.alarmAddress);
    const rules = { ...machineRules(args), ...functionRules(args), ...eventRules(args), "api-errors": apiRule(args) };
    this.alarms = Object.fromEntries(
      Object.entries<Rule>(rules).map(([key, rule]) => [key, this.#createAlarm(`${name}-${key}`, rule)]),
    );
    this.registerOutputs({ topic: this.topic, alarms: this.alarms });
  }

  #createTopic(name: string, { accountId }: AlarmsArgs, endpoint: string): aws.sns.Topic {
    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
    const policy = pulumi
      .all([topic.arn, accountId])
      .apply(([arn, account]) => JSON.stringify(publishByAlarms(arn, account)));
    new aws.sns.TopicPolicy(`${name}-publish`, { arn: topic.arn, policy }, { parent: this });
    new aws.sns.TopicSubscription(`${name}-email`, { topic: topic.arn, protocol: "email", endpoint }, { parent: this });
    return topic;
  }

  #createAlarm(name: string, rule: Rule): aws.cloudwatch.MetricAlarm {
    const metric = pulumi.output(rule.metric);
    return new aws.cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: rule.description,
        namespace: metric.namespace,
        metricName: metric.metricName,
        dimensions: metric.dimensions,
        ...(rule.percentile ? { extendedStatistic: rule.percentile } : { statistic: "Sum" }),
        period: 300,
        evaluationPeriods: rule.periods,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: rule.threshold,
        // Without executions there is no problem.
        treatMissingData: "notBreaching",
        ...(this.topic && { alarmActions: [this.topic.arn], okActions: [this.topic.arn] }),
      },
      { parent: this },
    );
  }
}

/** Metrics of executions: Step Functions Developer Guide, "Execution metrics". */
const executionMetrics = {
  failed: { metric: "ExecutionsFailed", what: "failed" },
  "timed-out": { metric: "ExecutionsTimedOut", what: "ran out of time" },
  throttled: { metric: "ExecutionThrottled", what: "had states held back by Step Functions" },
} as const;

function machineRules({ machines }: AlarmsArgs): Record<string, Rule> {
  const rules = Object.entries(machines).flatMap(([name, arn]) =>
    Object.entries(executionMetrics).map(([key, { metric, what }]): [string, Rule] => [
      `${name}-${key}`,
      {
        description: `Executions of "${name}" ${what}.`,
        metric: pulumi.output(arn).apply((machine) => executions(metric, machine)),
        threshold: 1,
        periods: 1,
      },
    ]),
  );
  return Object.fromEntries(rules);
}

function functionRules({ functions }: AlarmsArgs): Record<string, Rule> {
  const rules = Object.entries(functions).flatMap(([key, { name, timeoutSeconds }]): [string, Rule][] => [
    [
      `${key}-errors`,
      {
        description: `Function "${key}" ended with an error; workflows retry, so single errors are harmless.`,
        metric: pulumi.output(name).apply((physical) => calls("Errors", physical)),
        threshold: 5,
        periods: 1,
      },
    ],
    [
      `${key}-throttled`,
      {
        description: `Calls of "${key}" were refused for lack of concurrency; workflows and clients retry.`,
        metric: pulumi.output(name).apply((physical) => calls("Throttles", physical)),
        threshold: 5,
        periods: 1,
      },
    ],
    [
      `${key}-slow`,
      {
        description: `One call in a hundred of "${key}" takes over 90 % of its ${timeoutSeconds} s: calls will soon time out.`,
        metric: pulumi.output(name).apply((physical) => calls("Duration", physical)),
        percentile: "p99",
        threshold: timeoutSeconds * 900,
        periods: 3,
      },
    ],
  ]);
  return Object.fromEntries(rules);
}

/** EventBridge tries for 24 hours, so an invocation that failed is one that it has given up. */
function eventRules({ rules }: AlarmsArgs): Record<string, Rule> {
  return Object.fromEntries(
    Object.entries(rules).map(([key, name]): [string, Rule] => [
      `${key}-rule-failed`,
      {
        description: `EventBridge could not start "${key}" for an event.`,
        metric: pulumi.output(name).apply((physical) => events("FailedInvocations", physical)),
        threshold: 1,
        periods: 1,
      },
    ]),
  );
}

function apiRule({ api }: AlarmsArgs): Rule {
  return {
    description: "The API returned 5xx.",
    metric: pulumi.output(api).apply((names) => requests("5XXError", names)),
    threshold: 1,
    periods: 1,
  };
}
