/**
 * The resources that the Pulumi program declares, as the one-machine runtime reads them.
 * `capture/` produces this; every service of this package is built from it and from nothing else of the program.
 */
export interface Graph {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly resources: readonly CapturedResource[];
  /** Stack outputs; secrets are marked. */
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
}

/**
 * What a program declares, for a comparison with another version of it: the same program gives the same, wherever and
 * whenever it is evaluated. Nothing is left out because it cannot be served.
 */
export interface Declared extends Pick<Graph, "project" | "stack" | "region" | "accountId" | "resources" | "outputs"> {
  /** The stack's configuration as its file gives it, by full key; the value of a secret is a hash of its ciphertext. */
  readonly configuration: Readonly<Record<string, { readonly value: string; readonly secret: boolean }>>;
  /** Resource types and provider functions that the capture does not know: their outputs are their inputs. */
  readonly unknown: readonly { readonly kind: "type" | "function"; readonly token: string; readonly name: string }[];
  /** Calls of unknown provider functions with their arguments. */
  readonly calls: readonly { readonly token: string; readonly inputs: Readonly<Record<string, unknown>> }[];
}

/** One registration, as the engine would see it: inputs as declared, outputs as the provider would complete them. */
export interface CapturedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly options: ResourceOptions;
  /** Paths of secret values within `inputs`, dotted: `value`, `environment.variables.TOKEN`, `rules.0.key`. */
  readonly secretInputs: readonly string[];
}

/** Pulumi's resource options as the program gave them: what the engine does with the resource beside creating it. */
export interface ResourceOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Absent: the provider decides. */
  readonly deleteBeforeReplace?: boolean;
  /** URNs of all resources that this one waits for: those of `dependsOn`, and those whose outputs its inputs use. */
  readonly dependencies: readonly string[];
  /** The second kind by input. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** The program's, and those that the SDK adds for types that were renamed. */
  readonly aliases: readonly ResourceAlias[];
  readonly deletedWith?: string;
  readonly provider?: string;
  readonly importId?: string;
  readonly customTimeouts: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** A former identity of a resource: a whole URN, or the parts that differ from today's. */
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

/** A container image: its URI by digest and the build context (absolute folder) that it is built from. */
export interface ImageResource {
  readonly uri: string;
  readonly context: string;
  /** Stage of the Dockerfile; empty for the last one. */
  readonly target: string;
  /** Absolute path. @default `Dockerfile` in the context */
  readonly dockerfile?: string;
}

export interface FunctionResource {
  readonly name: string;
  readonly arn: string;
  /** Empty for a zip function. */
  readonly imageUri: string;
  /** Present where the function is no container image. */
  readonly zip?: { readonly runtime: string };
  /** The image command: `["orders/handler.handler"]`. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb: number;
  readonly roleArn: string;
  /** -1: none declared. */
  readonly reservedConcurrency: number;
  readonly logGroupName: string;
  readonly tracing: boolean;
  /** Number of the version that is published now, by content: the same code and settings, the same number. Absent: not published. */
  readonly version?: string;
  readonly aliases: readonly { readonly name: string; readonly arn: string; readonly version: string }[];
  /** Resource policy: who else may invoke (`aws.lambda.Permission`). */
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
  /** Inline policies and attached customer-managed ones, by name. */
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
  /** The ASL document, placeholders filled. */
  readonly definition: string;
  readonly roleArn: string;
  readonly logging?: {
    readonly level: "ALL" | "ERROR" | "FATAL" | "OFF";
    readonly includeExecutionData: boolean;
    readonly logGroupName?: string;
    /** The configuration has a list of destinations that is empty: AWS shows it as it was given. */
    readonly noDestinations?: boolean;
  };
  readonly tracing: boolean;
  /** Whether each revision of the program's machine is published as a version (`publish: true`). */
  readonly publish?: boolean;
  readonly aliases?: readonly StateMachineAliasResource[];
}

/** An `aws.sfn.Alias`. A route to the version number 0 means: the version that the program published last. */
export interface StateMachineAliasResource {
  readonly name: string;
  readonly description?: string;
  /** The program leaves the routes to others (`ignoreChanges`): it sets them only when it creates the alias. */
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
  /** Lifecycle expiry: objects under `prefix` go after `days`. */
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

/** A token bucket: `burstLimit` calls at once, refilled by `rateLimit` per second. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export interface RestApiResource {
  readonly id: string;
  readonly name: string;
  readonly executionArn: string;
  /** Media types that travel as Base64; none unless declared. */
  readonly binaryMediaTypes?: readonly string[];
  readonly stages: readonly {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /** Rate of each method that has no settings for itself (below zero: not limited). */
    readonly throttle?: Throttle;
    /** Rates of single methods, by path and verb: `/orders/POST`. */
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
  /** 0: never expires. */
  readonly retentionDays: number;
}
