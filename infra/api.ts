import * as pulumi from "@pulumi/pulumi";
import { ContainerFunction } from "./function.ts";
import { apiBucketStatements, apiWorkflowStatements } from "./policies.ts";
import { RestApi } from "./rest-api.ts";
import { commonArgs, type Environment, type FunctionContext } from "./workers.ts";
import type { Workflows } from "./workflows.ts";

export interface ApiArgs extends FunctionContext {
  workflows: Workflows;
}

/** The HTTP API: the function of functions/api/handler.ts behind a REST API. */
export class Api extends pulumi.ComponentResource {
  readonly function: ContainerFunction;
  readonly restApi: RestApi;

  constructor(name: string, args: ApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Api", name, {}, opts);
    this.function = this.createFunction(name, args);
    this.restApi = new RestApi(`${name}-rest`, { ...args.configuration, function: this.function }, { parent: this });
    this.registerOutputs({ function: this.function, restApi: this.restApi });
  }

  private createFunction(name: string, args: ApiArgs): ContainerFunction {
    const { configuration, workflows, bucket } = args;
    const examples = Object.entries(workflows.examples).map(
      ([key, { stateMachine }]) => [key, stateMachine.arn] as const,
    );
    const environment: Environment<"api"> = {
      BUCKET_NAME: bucket.name,
      STATE_MACHINE_ARN: workflows.main.stateMachine.arn,
      SYNC_STATE_MACHINE_ARN: workflows.sync.stateMachine.arn,
      EXAMPLE_STATE_MACHINE_ARNS: pulumi.jsonStringify(Object.fromEntries(examples)),
      MAX_IMAGE_BYTES: String(configuration.maxImageBytes),
      CORS_ORIGINS: JSON.stringify(configuration.corsOrigins),
      AUTHENTICATION: configuration.authentication,
    };
    const statements = pulumi
      .all([
        bucket.arn,
        workflows.main.stateMachine.arn,
        workflows.sync.stateMachine.arn,
        examples.map(([, arn]) => arn),
      ])
      .apply(([bucketArn, main, sync, others]) => [
        ...apiBucketStatements(bucketArn),
        ...apiWorkflowStatements({ main, sync, examples: others }),
      ]);
    return new ContainerFunction(
      `${name}-api`,
      {
        ...commonArgs("api", args),
        environment,
        memorySizeMb: configuration.apiMemory,
        timeoutSeconds: configuration.apiTimeout,
        statements,
      },
      { parent: this },
    );
  }
}
