import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { liveAlias } from "../../contract/functions.ts";
import { apiBucketStatements, apiWorkflowStatements } from "../policies.ts";
import { ContainerFunction } from "../workers/function.ts";
import { commonArgs, type Environment, type FunctionContext } from "../workers/workers.ts";
import type { Workflows } from "../workflows/workflows.ts";
import { RestApi } from "./rest-api.ts";

export interface ApiArgs extends FunctionContext {
  workflows: Workflows;
}

/** The HTTP API: the function of functions/api/handler.ts behind a REST API. */
export class Api extends pulumi.ComponentResource {
  readonly function: ContainerFunction;
  /** The alias that the gateway calls. It moves with each update, regardless of the release with the traffic. */
  readonly live: aws.lambda.Alias;
  readonly restApi: RestApi;

  constructor(name: string, args: ApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Api", name, {}, opts);
    this.function = this.#createFunction(name, args);
    this.live = this.#createAlias(`${name}-api`);
    this.restApi = new RestApi(`${name}-rest`, { ...args.configuration, handler: this.live }, { parent: this });
    this.registerOutputs({ function: this.function, live: this.live, restApi: this.restApi });
  }

  #createAlias(name: string): aws.lambda.Alias {
    const { name: functionName, version: functionVersion } = this.function.function;
    return new aws.lambda.Alias(`${name}-live`, { name: liveAlias, functionName, functionVersion }, { parent: this });
  }

  #createFunction(name: string, args: ApiArgs): ContainerFunction {
    const { configuration, workflows, bucket } = args;
    const examples = Object.entries(workflows.examples).map(
      ([key, { startArn, stateMachine }]) => [key, { startArn, machine: stateMachine.arn }] as const,
    );
    const environment: Environment<"api"> = {
      BUCKET_NAME: bucket.name,
      STATE_MACHINE_ARN: workflows.main.startArn,
      DELAYED_START_STATE_MACHINE_ARN: workflows.delayedStart.startArn,
      CLASSIFY_NOW_STATE_MACHINE_ARN: workflows.classifyNow.startArn,
      EXAMPLE_STATE_MACHINE_ARNS: pulumi.jsonStringify(
        Object.fromEntries(examples.map(([key, { startArn }]) => [key, startArn])),
      ),
      IMAGE_BUCKETS: JSON.stringify(configuration.imageBuckets),
      MAX_IMAGE_BYTES: String(configuration.maxImageBytes),
      MAX_IMAGES: String(configuration.maxImages),
      REDUCE_STORAGE_MB: String(configuration.reduceStorage),
      MAX_WAIT_SECONDS: String(configuration.maxWaitSeconds),
      UPLOAD_RETENTION_DAYS: String(configuration.uploadRetentionDays),
      WORKFLOW_TIMEOUT_SECONDS: String(configuration.workflowTimeout),
      NOTIFY_HOSTS: JSON.stringify(configuration.notifyHosts),
      CORS_ORIGINS: JSON.stringify(configuration.corsOrigins),
      AUTHENTICATION: configuration.authentication,
    };
    const statements = pulumi
      .all([
        bucket.arn,
        workflows.main.stateMachine.arn,
        workflows.delayedStart.stateMachine.arn,
        workflows.classifyNow.stateMachine.arn,
        examples.map(([, { machine }]) => machine),
      ])
      .apply(([bucketArn, main, delayedStart, classifyNow, others]) => [
        ...apiBucketStatements(bucketArn),
        ...apiWorkflowStatements({ main, delayedStart, classifyNow, examples: others }),
      ]);
    return new ContainerFunction(
      `${name}-api`,
      {
        ...commonArgs("api", args),
        environment,
        statements,
      },
      { parent: this },
    );
  }
}
