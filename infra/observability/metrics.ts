/** A CloudWatch metric: namespace, name, and its resource. */
export interface Metric {
  readonly namespace: "AWS/States" | "AWS/Lambda" | "AWS/ApiGateway" | "AWS/Events";
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is watched, by physical names. */
export interface Watched {
  /** State machine ARNs by their name here. */
  readonly machines: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, { readonly name: string; readonly timeoutSeconds: number }>>;
  readonly api: { readonly name: string; readonly stage: string };
}

export const executions = (metricName: string, stateMachineArn: string): Metric => ({
  namespace: "AWS/States",
  metricName,
  dimensions: { StateMachineArn: stateMachineArn },
});

export const calls = (metricName: string, functionName: string): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: functionName },
});

export const events = (metricName: string, ruleName: string): Metric => ({
  namespace: "AWS/Events",
  metricName,
  dimensions: { RuleName: ruleName },
});

export const requests = (metricName: string, api: Watched["api"]): Metric => ({
  namespace: "AWS/ApiGateway",
  metricName,
  dimensions: { ApiName: api.name, Stage: api.stage },
});
