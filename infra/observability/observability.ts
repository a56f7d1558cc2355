import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionDefinitions, type ServingFunctionName, servingFunctionNames } from "../../contract/functions.ts";
import type { Api } from "../api/api.ts";
import type { Configuration } from "../configuration.ts";
import type { Notifications } from "../notifications/notifications.ts";
import type { ContainerFunction } from "../workers/function.ts";
import type { Workers } from "../workers/workers.ts";
import type { Workflows } from "../workflows/workflows.ts";
import { Alarms } from "./alarms.ts";
import { dashboardBody } from "./dashboard-body.ts";

export interface ObservabilityArgs {
  configuration: Configuration;
  accountId: pulumi.Input<string>;
  region: pulumi.Input<string>;
  workers: Workers;
  workflows: Workflows;
  api: Api;
  notifications: Notifications;
}

/**
 * A dashboard is identified only by its name, which is unique in the account across all regions. The suffix that Pulumi
 * added to the machine's name differs for each state: for two backends, and for stacks whose prefixes are equal.
 */
export function dashboardName(prefix: string, region: string, machineName: string): string {
  return `${prefix}-${region}-${machineName.split("-").at(-1) ?? ""}`;
}

/** Alarms and the dashboard for the functions and workflows of the API; the examples are not monitored. */
export class Observability extends pulumi.ComponentResource {
  readonly alarms: Alarms;
  readonly dashboard: aws.cloudwatch.Dashboard;
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Observability", name, {}, opts);
    const { workflows, api, notifications } = args;
    const watched = {
      machines: {
        workflow: workflows.main.stateMachine.arn,
        "delayed-start": workflows.delayedStart.stateMachine.arn,
        "classify-now": workflows.classifyNow.stateMachine.arn,
        notifications: notifications.machine.stateMachine.arn,
      },
      functions: this.#watchedFunctions(args),
      api: { name: api.restApi.api.name, stage: api.restApi.stage.stageName },
    };
    this.alarms = new Alarms(
      `${name}-alarms`,
      {
        accountId: args.accountId,
        alarmAddress: args.configuration.alarmAddress,
        rules: { notifications: notifications.rule.name },
        ...watched,
      },
      { parent: this },
    );
    this.dashboard = new aws.cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: pulumi
          .all([args.region, workflows.main.stateMachine.name])
          .apply(([region, machine]) => dashboardName(name, region, machine)),
        dashboardBody: pulumi.all([args.region, watched]).apply(([region, names]) => dashboardBody(region, names)),
      },
      { parent: this },
    );
    this.dashboardUrl = pulumi.interpolate`https://${args.region}.console.aws.amazon.com/cloudwatch/home?region=${args.region}#dashboards/dashboard/${this.dashboard.dashboardName}`;
    this.registerOutputs({ alarms: this.alarms, dashboard: this.dashboard, dashboardUrl: this.dashboardUrl });
  }

  /** All functions except the examples; a new function in contract/functions.ts is monitored without a change here. */
  #watchedFunctions({ configuration, workers, api, notifications }: ObservabilityArgs) {
    const functions: Readonly<Record<ServingFunctionName, ContainerFunction>> = {
      ...workers.functions,
      api: api.function,
      notify: notifications.function,
    };
    return Object.fromEntries(
      servingFunctionNames.map((name) => {
        const timeoutSeconds = configuration[`${functionDefinitions[name].settings}Timeout`];
        return [name, { name: functions[name].function.name, timeoutSeconds }];
      }),
    );
  }
}
