import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../configuration.ts";
import { document, type Statement, trust, writeLogs, writeTraces } from "../policies.ts";

export interface ContainerFunctionArgs {
  accountId: pulumi.Input<string>;
  /** Must refer to the image by digest. */
  imageUri: pulumi.Input<string>;
  /** Module and export below the image's task root: `classify/handler.handler`. */
  handler: string;
  architecture: Configuration["architecture"];
  environment: Readonly<Record<string, pulumi.Input<string>>>;
  memorySizeMb: number;
  timeoutSeconds: number;
  /** Temporary storage. @default 512 */
  ephemeralStorageMb?: number;
  logRetentionDays: number;
  /** Permissions in addition to writing logs. @default none */
  statements?: pulumi.Input<readonly Statement[]>;
  /** @default false */
  tracing?: boolean;
  /** Reserved concurrency. @default unreserved */
  reservedConcurrency?: number;
  /** Sandboxes of the published version that are always warm. @default none */
  provisionedConcurrency?: {
    count: number /** Whether the former version's stay until a release ends. @default false */;
    retained?: boolean;
  };
  /** Starts from a snapshot. Not verified for container images: opt-in. @default false */
  snapStart?: boolean;
  /**
   * What must be there before the first sandbox starts. The option `dependsOn` of a component does not reach its
   * children.
   */
  startsAfter?: readonly pulumi.Resource[];
}

/** A Lambda function from a container image, with its log group and its role. Each change is published as a version. */
export class ContainerFunction extends pulumi.ComponentResource {
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly role: aws.iam.Role;
  readonly function: aws.lambda.Function;
  /** ARN of the latest published version, which is immutable. */
  readonly versionArn: pulumi.Output<string>;
  readonly warmSandboxes: aws.lambda.ProvisionedConcurrencyConfig | undefined;

  constructor(name: string, args: ContainerFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:ContainerFunction", name, {}, opts);
    this.logGroup = this.#createLogGroup(name, args);
    this.role = this.#createRole(name, args);
    const policy = this.#createPolicy(name, args);
    this.function = this.#createFunction(name, args, policy);
    this.versionArn = this.function.qualifiedArn;
    this.warmSandboxes = args.provisionedConcurrency
      ? this.#createWarmSandboxes(name, args.provisionedConcurrency)
      : undefined;
    this.registerOutputs({
      logGroup: this.logGroup,
      role: this.role,
      function: this.function,
      versionArn: this.versionArn,
      warmSandboxes: this.warmSandboxes,
    });
  }

  /** Created before the function, because Lambda would create a log group that never expires. */
  #createLogGroup(name: string, args: ContainerFunctionArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { namePrefix: `/aws/lambda/${name}-`, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
  }

  #createRole(name: string, args: ContainerFunctionArgs): aws.iam.Role {
    const assumeRolePolicy = pulumi
      .output(args.accountId)
      .apply((id) => JSON.stringify(trust("lambda.amazonaws.com", id)));
    return new aws.iam.Role(`${name}-role`, { assumeRolePolicy }, { parent: this });
  }

  #createPolicy(name: string, args: ContainerFunctionArgs): aws.iam.RolePolicy {
    const policy = pulumi
      .all([this.logGroup.arn, args.statements ?? []])
      .apply(([logs, statements]) =>
        JSON.stringify(document(writeLogs(logs), ...(args.tracing ? [writeTraces()] : []), ...statements)),
      );
    return new aws.iam.RolePolicy(`${name}-policy`, { role: this.role.name, policy }, { parent: this });
  }

  #createFunction(name: string, args: ContainerFunctionArgs, policy: aws.iam.RolePolicy): aws.lambda.Function {
    return new aws.lambda.Function(
      name,
      {
        packageType: "Image",
        imageUri: args.imageUri,
        imageConfig: { commands: [args.handler] },
        architectures: [args.architecture],
        role: this.role.arn,
        memorySize: args.memorySizeMb,
        timeout: args.timeoutSeconds,
        environment: { variables: args.environment },
        loggingConfig: { logFormat: "Text", logGroup: this.logGroup.name },
        tracingConfig: { mode: args.tracing ? "Active" : "PassThrough" },
        publish: true,
        ...(args.ephemeralStorageMb !== undefined && { ephemeralStorage: { size: args.ephemeralStorageMb } }),
        ...(args.reservedConcurrency !== undefined && { reservedConcurrentExecutions: args.reservedConcurrency }),
        ...(args.snapStart && { snapStart: { applyOn: "PublishedVersions" } }),
      },
      { parent: this, dependsOn: [policy, ...(args.startsAfter ?? [])] },
    );
  }

  /** For the version, because workflows call versions. A new version gets its sandboxes before the old one loses them. */
  #createWarmSandboxes(
    name: string,
    { count, retained = false }: NonNullable<ContainerFunctionArgs["provisionedConcurrency"]>,
  ): aws.lambda.ProvisionedConcurrencyConfig {
    return new aws.lambda.ProvisionedConcurrencyConfig(
      `${name}-warm`,
      {
        functionName: this.function.name,
        qualifier: this.function.version,
        provisionedConcurrentExecutions: count,
      },
      { parent: this, retainOnDelete: retained },
    );
  }
}
