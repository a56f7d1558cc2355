import * as pulumi from "@pulumi/pulumi";
import { type functionEnvironments, type ModelOrigin, streamingNodeOptions } from "../../contract/environment.ts";
import {
  type ExampleFunctionName,
  exampleFunctionNames,
  type FunctionName,
  functionDefinitions,
  type ServingFunctionName,
} from "../../contract/functions.ts";
import type { ImageTarget } from "../../image/context.ts";
import type { Configuration } from "../configuration.ts";
import { classifyBucketStatements, mapBucketStatements, readModels, reduceBucketStatements } from "../policies.ts";
import { ContainerFunction, type ContainerFunctionArgs } from "./function.ts";
import type { ModelObjects } from "./model-objects.ts";

/** Exactly the variables that contract/environment.ts names. */
export type Environment<Name extends FunctionName> = {
  readonly [Key in keyof (typeof functionEnvironments)[Name]["shape"]]: pulumi.Input<string>;
};

export interface FunctionContext {
  readonly configuration: Configuration;
  readonly accountId: pulumi.Input<string>;
  readonly partition: pulumi.Input<string>;
  readonly images: Readonly<Record<ImageTarget, pulumi.Input<string>>>;
  readonly bucket: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Output<string> };
}

/** A function that a workflow may call: its own ARN for grants, that of a published version for calls. */
export interface Callable {
  readonly arn: pulumi.Output<string>;
  readonly versionArn: pulumi.Output<string>;
  /** Resources that must exist before there is traffic. */
  readonly readyAfter: pulumi.Resource | undefined;
}
export type Callables = Partial<Readonly<Record<FunctionName, Callable>>>;

export interface WorkersArgs extends FunctionContext {
  /** Where `classify` fetches its model. If undefined, its image contains the model. */
  readonly model?: ModelObjects;
}

/** Arguments that all functions of the stack share. */
export function commonArgs(
  name: FunctionName,
  { configuration, accountId, images }: FunctionContext,
): Omit<ContainerFunctionArgs, "environment" | "statements"> {
  const { handler, target, settings } = functionDefinitions[name];
  const { architecture, logRetentionDays, tracing } = configuration;
  return {
    accountId,
    imageUri: images[target],
    handler,
    architecture,
    memorySizeMb: configuration[`${settings}Memory`],
    timeoutSeconds: configuration[`${settings}Timeout`],
    logRetentionDays,
    tracing,
  };
}

const imageBucketArns = ({ imageBuckets }: Configuration, partition: string): readonly string[] =>
  imageBuckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);

/** The functions that workflows call, by name: functions/map, classify, reduce and, where configured, the examples. */
export class Workers extends pulumi.ComponentResource {
  readonly functions: Readonly<
    Record<Exclude<ServingFunctionName, "api" | "notify">, ContainerFunction> &
      Partial<Record<ExampleFunctionName, ContainerFunction>>
  >;

  constructor(name: string, args: WorkersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Workers", name, {}, opts);
    this.functions = {
      map: this.#createMap(name, args),
      classify: this.#createClassify(name, args),
      reduce: this.#createReduce(name, args),
      ...(args.configuration.examples && this.#createExamples(name, args)),
    };
    this.registerOutputs({ functions: this.functions });
  }

  /** The functions as workflows call them. */
  get callable(): Callables {
    return Object.fromEntries(
      Object.entries(this.functions).map(([name, each]) => [
        name,
        { arn: each.function.arn, versionArn: each.versionArn, readyAfter: each.warmSandboxes },
      ]),
    );
  }

  #createMap(name: string, context: FunctionContext): ContainerFunction {
    const { configuration, bucket } = context;
    const environment: Environment<"map"> = {
      BUCKET_NAME: bucket.name,
      NODE_OPTIONS: streamingNodeOptions,
      IMAGE_BUCKETS: JSON.stringify(configuration.imageBuckets),
      BATCH_SIZE: String(configuration.batchSize),
      INLINE_MAP_CONCURRENCY: String(configuration.inlineMapConcurrency),
      INLINE_LIMIT_BYTES: String(configuration.inlineLimit),
      DISTRIBUTED_MAP_CONCURRENCY: String(configuration.distributedMapConcurrency),
      MAX_IMAGES: String(configuration.maxImages),
      REDUCE_STORAGE_MB: String(configuration.reduceStorage),
    };
    return this.#create(`${name}-map`, {
      ...commonArgs("map", context),
      environment,
      statements: pulumi
        .all([bucket.arn, context.partition])
        .apply(([arn, partition]) => mapBucketStatements(arn, imageBucketArns(configuration, partition))),
    });
  }

  #createClassify(name: string, context: WorkersArgs): ContainerFunction {
    const { configuration, bucket, model } = context;
    const environment: Environment<"classify"> = {
      BUCKET_NAME: bucket.name,
      ALLOWED_IMAGE_HOSTS: JSON.stringify(configuration.allowedImageHosts),
      IMAGE_BUCKETS: JSON.stringify(configuration.imageBuckets),
      MAX_IMAGE_BYTES: String(configuration.maxImageBytes),
      MAX_IMAGE_PIXELS: String(configuration.maxImagePixels),
      HOST_CONNECTIONS: String(configuration.hostConnections),
      FETCH_TIMEOUT_MS: String(configuration.fetchTimeoutMs),
      INFERENCE_ENGINE: configuration.inferenceEngine,
      INFERENCE_PRECISION: configuration.inferencePrecision,
      MODEL: JSON.stringify(model?.origin ?? ({ source: "image" } satisfies ModelOrigin)),
    };
    const statements = pulumi
      .all([bucket.arn, context.partition])
      .apply(([arn, partition]) => [
        ...classifyBucketStatements(arn, imageBucketArns(configuration, partition)),
        ...(model ? [readModels(arn)] : []),
      ]);
    const { classifyConcurrency, coldStart, provisionedConcurrency, release } = configuration;
    const args: ContainerFunctionArgs = {
      ...commonArgs("classify", context),
      environment,
      statements,
      ...(classifyConcurrency !== undefined && { reservedConcurrency: classifyConcurrency }),
      ...(coldStart === "provisioned" && {
        provisionedConcurrency: { count: provisionedConcurrency, retained: release === "gradual" },
      }),
      ...(coldStart === "snapstart" && { snapStart: true }),
      // Warm sandboxes start with the version: their model must be there.
      ...(model && { startsAfter: [model] }),
    };
    return this.#create(`${name}-classify`, args);
  }

  #createReduce(name: string, context: FunctionContext): ContainerFunction {
    const { bucket, configuration } = context;
    const environment: Environment<"reduce"> = {
      BUCKET_NAME: bucket.name,
      NODE_OPTIONS: streamingNodeOptions,
      RESULTS_LIST_BYTES: String(configuration.resultsListLimit),
      WORKFLOW_TIMEOUT_SECONDS: String(configuration.workflowTimeout),
      INLINE_MAP_CONCURRENCY: String(configuration.inlineMapConcurrency),
      DISTRIBUTED_MAP_CONCURRENCY: String(configuration.distributedMapConcurrency),
    };
    return this.#create(`${name}-reduce`, {
      ...commonArgs("reduce", context),
      ephemeralStorageMb: configuration.reduceStorage,
      environment,
      statements: bucket.arn.apply(reduceBucketStatements),
    });
  }

  #createExamples(name: string, context: FunctionContext): Partial<Record<ExampleFunctionName, ContainerFunction>> {
    const environment: Environment<ExampleFunctionName> = {};
    return Object.fromEntries(
      exampleFunctionNames.map((example) => [
        example,
        this.#create(`${name}-${example}`, { ...commonArgs(example, context), environment }),
      ]),
    );
  }

  #create(name: string, args: ContainerFunctionArgs): ContainerFunction {
    return new ContainerFunction(name, args, { parent: this });
  }
}
