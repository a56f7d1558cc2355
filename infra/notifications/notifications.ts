import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { endStatuses } from "../../contract/webhook.ts";
import { loadWorkflow } from "../../statemachine/workflow.ts";
import { document, notifyBucketStatements, readExecutions, startNotifications, trust } from "../policies.ts";
import { ContainerFunction } from "../workers/function.ts";
import { commonArgs, type Environment, type FunctionContext } from "../workers/workers.ts";
import { StateMachine } from "../workflows/state-machine.ts";

export interface NotificationsArgs extends FunctionContext {
  /** The state machine whose executions are reported. */
  stateMachineArn: pulumi.Output<string>;
  /** The state machine that holds executions until they may start; those that end there never begin. */
  delayedStartArn: pulumi.Output<string>;
  /** The API's address. */
  apiUrl: pulumi.Input<string>;
}

/**
 * Webhooks: a rule on the ends of the main workflow's executions starts the workflow `notify`, which sends one. It is not
 * part of a release: one rule and one workflow serve the executions of all of them.
 */
export class Notifications extends pulumi.ComponentResource {
  readonly function: ContainerFunction;
  readonly machine: StateMachine;
  /** Disabled while no host may be called. */
  readonly rule: aws.cloudwatch.EventRule;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Notifications", name, {}, opts);
    this.function = this.#createFunction(name, args);
    this.machine = this.#createMachine(name, args);
    this.rule = this.#createRule(name, args);
    this.#createTarget(name, args);
    this.registerOutputs({ function: this.function, machine: this.machine, rule: this.rule });
  }

  #createFunction(name: string, args: NotificationsArgs): ContainerFunction {
    const { configuration, bucket } = args;
    const environment: Environment<"notify"> = {
      BUCKET_NAME: bucket.name,
      STATE_MACHINE_ARN: args.stateMachineArn,
      API_URL: args.apiUrl,
      NOTIFY_HOSTS: JSON.stringify(configuration.notifyHosts),
      WEBHOOK_SECRETS: configuration.webhookSecret?.apply((text) => JSON.stringify(text.split(" "))) ?? "[]",
      NOTIFY_AUTHORITIES: configuration.notifyAuthorities ?? "",
    };
    const statements = pulumi
      .all([bucket.arn, args.stateMachineArn, args.delayedStartArn])
      .apply(([bucketArn, ...machineArns]) => [...notifyBucketStatements(bucketArn), readExecutions(machineArns)]);
    return new ContainerFunction(
      `${name}-notify`,
      { ...commonArgs("notify", args), environment, statements },
      { parent: this },
    );
  }

  #createMachine(name: string, args: NotificationsArgs): StateMachine {
    const { configuration, accountId, partition, bucket } = args;
    const { arn } = this.function.function;
    return new StateMachine(
      `${name}-notifications`,
      {
        accountId,
        partition,
        workflow: loadWorkflow("notify"),
        type: "STANDARD",
        functions: { notify: { arn, versionArn: this.function.versionArn, readyAfter: undefined } },
        settings: configuration,
        release: "none",
        bucketArn: bucket.arn,
        logRetentionDays: configuration.logRetentionDays,
        tracing: configuration.tracing,
      },
      { parent: this },
    );
  }

  /** An execution that was held and has started succeeds in the machine that held it, which is not its end. */
  #createRule(name: string, args: NotificationsArgs): aws.cloudwatch.EventRule {
    const { stateMachineArn, delayedStartArn, configuration } = args;
    const eventPattern = pulumi.all([stateMachineArn, delayedStartArn]).apply(([main, delayedStart]) =>
      JSON.stringify({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          $or: [
            { stateMachineArn: [main], status: endStatuses },
            { stateMachineArn: [delayedStart], status: endStatuses.filter((status) => status !== "SUCCEEDED") },
          ],
        },
      }),
    );
    return new aws.cloudwatch.EventRule(
      `${name}-ended`,
      {
        description: "Executions that ended, for their webhooks",
        eventPattern,
        state: configuration.notifyHosts.length > 0 ? "ENABLED" : "DISABLED",
      },
      { parent: this },
    );
  }

  /** EventBridge itself tries for 24 hours to start the execution. */
  #createTarget(name: string, { accountId }: NotificationsArgs): void {
    const { arn } = this.machine.stateMachine;
    const assumeRolePolicy = pulumi.output(accountId).apply((id) => JSON.stringify(trust("events.amazonaws.com", id)));
    const role = new aws.iam.Role(`${name}-ended-role`, { assumeRolePolicy }, { parent: this });
    const policy = new aws.iam.RolePolicy(
      `${name}-ended-policy`,
      { role: role.name, policy: arn.apply((machine) => JSON.stringify(document(startNotifications(machine)))) },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-ended-target`,
      { rule: this.rule.name, arn, roleArn: role.arn },
      { parent: this, dependsOn: [policy] },
    );
  }
}
