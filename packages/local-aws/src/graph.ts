/**
 * The resources that the Pulumi program declares, in the form in which this package serves them.
 * `capture/` produces the graph. Every service of this package is built from the graph alone and reads nothing else of
 * the program.
 */
export interface Graph {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly resources: readonly CapturedResource[];
  /** Stack outputs, each with a flag that marks secrets. */
  readonly outputs: Readonly<Record<string, { readonly value: unknown; readonly secret: boolean }>>;
  readonly warnings: readonly string[];
  readonly images: readonly ImageResource[];
  readonly functions: readonly FunctionResource[];
  readonly roles: readonly RoleResource[];
  readonly stateMachines: readonly StateMachineResource[];
  readonly buckets: readonly BucketResource[];
  readonly objects: readonly BucketObjectResource[];
  readonly restApis: readonly RestApiResource[];
  readonly logGroups: readonly LogGroupResource[];
  readonly eventRules: readonly EventRuleResource[];
}

/**
 * What a program declares, for comparison with another version of the program. The same program gives the same result
 * wherever and whenever it is evaluated, and resources that cannot be served are included.
 */
export interface Declared extends Pick<Graph, "project" | "stack" | "region" | "accountId" | "resources" | "outputs"> {
  /** The configuration in the stack file, by full key. The value of a secret is a hash of its ciphertext. */
  readonly configuration: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  /** Resource types and provider functions that the capture does not support. Their outputs equal their inputs. */
  readonly unknown: readonly { readonly kind: "type" | "function"; readonly token: string; readonly name: string }[];
  /** Calls of unknown provider functions, with their arguments. */
  readonly calls: readonly { readonly token: string; readonly inputs: Readonly<Record<string, unknown>> }[];
}

/**
 * A resource registration as the engine would see it: inputs as declared, outputs as the provider would complete them.
 */
export interface CapturedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly options: ResourceOptions;
  /** Dotted paths of secret values within `inputs`: `value`, `environment.variables.TOKEN`, `rules.0.key`. */
  readonly secretInputs: readonly string[];
}

/**
 * Pulumi's resource options as the program specified them. They control what the engine does besides creating the
 * resource.
 */
export interface ResourceOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** If absent, the provider decides. */
  readonly deleteBeforeReplace?: boolean;
  /**
   * URNs of all resources that must exist before this one: the `dependsOn` resources, and those whose outputs are
   * inputs of this resource.
   */
  readonly dependencies: readonly string[];
  /** URNs of the resources whose outputs are used, by input name. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** Aliases that the program declares, and those that the SDK adds for renamed types. */
  readonly aliases: readonly ResourceAlias[];
  readonly deletedWith?: string;
  readonly provider?: string;
  readonly importId?: string;
  readonly customTimeouts: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** A previous identity of a resource: a complete URN, or the parts that differ from the current one. */
export type ResourceAlias =
  | { readonly urn: string }
  | {
      readonly name?: string;
      readonly type?: string;
      readonly stack?: string;
      readonly project?: string;
      readonly parentUrn?: string;
      readonly noParent?: boolean;
    };

/**
 * A container image: its URI with a digest, and the build context (absolute path of a folder) from which it is built.
 */
export interface ImageResource {
  readonly uri: string;
  readonly context: string;
  /** Target stage in the Dockerfile; empty for the last stage. */
  readonly target: string;
  /** Absolute path of the Dockerfile. @default `Dockerfile` in the context */
  readonly dockerfile?: string;
}

export interface FunctionResource {
  readonly name: string;
  readonly arn: string;
  /** Empty for a zip function. */
  readonly imageUri: string;
  /** Present if the function is not a container image. */
  readonly zip?: { readonly runtime: string };
  /** The image command, such as `["orders/handler.handler"]`. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb: number;
  readonly roleArn: string;
  /** -1 if the program declares none. */
  readonly reservedConcurrency: number;
  readonly logGroupName: string;
  readonly tracing: boolean;
  /**
   * Number of the currently published version, derived from its content, so that the same code and settings have the
   * same number. Absent if the function is not published.
   */
  readonly version?: string;
  readonly aliases: readonly { readonly name: string; readonly arn: string; readonly version: string }[];
  /** The resource policy, which lists others that may invoke the function (`aws.lambda.Permission`). */
  readonly permissions: readonly FunctionPermission[];
}

export interface FunctionPermission {
  readonly statementId: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly qualifier?: string;
}

export interface RoleResource {
  readonly name: string;
  readonly arn: string;
  readonly assumeRolePolicy: PolicyDocument;
  /** Inline policies and attached customer-managed policies, by name. */
  readonly policies: Readonly<Record<string, PolicyDocument>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

export interface StateMachineResource {
  readonly name: string;
  readonly arn: string;
  readonly type: "STANDARD" | "EXPRESS";
  /** The ASL document with its placeholders filled. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging?: {
    readonly level: "ALL" | "ERROR" | "FATAL" | "OFF";
    readonly includeExecutionData: boolean;
    readonly logGroupName?: string;
    /** The logging configuration contains an empty list of destinations, which AWS returns as it was declared. */
    readonly noDestinations?: boolean;
  };
  readonly tracing: boolean;
  /** Whether each revision of the program's machine is published as a version (`publish: true`). */
  readonly publish?: boolean;
  readonly aliases?: readonly StateMachineAliasResource[];
}

/** An `aws.sfn.Alias`. In a route, version number 0 refers to the version that the program published last. */
export interface StateMachineAliasResource {
  readonly name: string;
  readonly description?: string;
  /** The program does not manage the routes (`ignoreChanges`): it sets them only when it creates the alias. */
  readonly keepsRoutes?: boolean;
  readonly routes: readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];
}

export interface BucketResource {
  readonly name: string;
  readonly arn: string;
  readonly cors: readonly {
    readonly allowedOrigins: readonly string[];
    readonly allowedMethods: readonly string[];
    readonly allowedHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
  }[];
  /** Lifecycle expiry: objects under `prefix` are deleted after `days` days. */
  readonly expirations: readonly { readonly prefix: string; readonly days: number }[];
  readonly policy?: PolicyDocument;
}

/** An `aws.s3.BucketObjectv2`: the program puts a local file into the bucket. */
export interface BucketObjectResource {
  readonly bucket: string;
  readonly key: string;
  /** Absolute path of the file, or the content itself. */
  readonly source: { readonly file: string } | { readonly content: string };
  readonly contentType?: string;
}

/** A token bucket: allows `burstLimit` calls at once and refills at `rateLimit` tokens per second. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export interface RestApiResource {
  readonly id: string;
  readonly name: string;
  readonly executionArn: string;
  /** Media types that are passed as Base64; empty unless the program declares some. */
  readonly binaryMediaTypes?: readonly string[];
  readonly stages: readonly {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /** Rate for each method without separate settings; a negative rate means no limit. */
    readonly throttle?: Throttle;
    /** Rates of individual methods, by path and verb: `/orders/POST`. */
    readonly methodThrottles?: Readonly<Record<string, Throttle>>;
  }[];
  readonly methods: readonly {
    readonly path: string;
    readonly httpMethod: string;
    readonly apiKeyRequired: boolean;
    readonly authorization: "NONE" | "AWS_IAM";
    readonly integration:
      | { readonly kind: "lambda"; readonly functionArn: string; readonly timeoutMs: number }
      | {
          readonly kind: "mock";
          readonly requestTemplates: Readonly<Record<string, string>>;
          readonly responses: readonly {
            readonly statusCode: string;
            readonly parameters: Readonly<Record<string, string>>;
            readonly templates: Readonly<Record<string, string>>;
          }[];
        };
  }[];
  readonly gatewayResponses: readonly {
    readonly responseType: string;
    readonly statusCode?: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly templates: Readonly<Record<string, string>>;
  }[];
  readonly apiKeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly value: string;
    readonly enabled: boolean;
  }[];
  readonly usagePlans: readonly {
    readonly id: string;
    readonly name: string;
    readonly stage: string;
    readonly keyIds: readonly string[];
    readonly throttle?: Throttle;
    readonly quota?: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  }[];
}

export interface LogGroupResource {
  readonly name: string;
  readonly arn: string;
  /** Retention in days; 0 means that events never expire. */
  readonly retentionDays: number;
}

/** An EventBridge rule of the default bus (`aws.cloudwatch.EventRule`) with its targets. */
export interface EventRuleResource {
  readonly name: string;
  readonly arn: string;
  /** The event pattern as JSON text. */
  readonly pattern: string;
  readonly enabled: boolean;
  /** Declared properties that cannot be served. */
  readonly unserved: readonly string[];
  readonly targets: readonly EventTargetResource[];
}

export interface EventTargetResource {
  readonly id: string;
  readonly arn: string;
  /** The role with which EventBridge starts an execution. */
  readonly roleArn?: string;
  /** Declared properties that cannot be served. */
  readonly unserved: readonly string[];
}
