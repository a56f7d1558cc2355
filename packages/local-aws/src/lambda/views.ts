import type { FunctionResource } from "../graph.ts";
import type { Invocation } from "../service.ts";
import type { Answer } from "./instance/instance.ts";
import type { FunctionReference } from "./references.ts";

/** Returns a function's configuration as the API shows it; `modifiedAt` is in milliseconds since 1970. */
export function functionView(definition: FunctionResource, modifiedAt: number, target?: FunctionReference): object {
  const digest = /@sha256:([0-9a-f]{64})$/.exec(definition.imageUri)?.[1];
  return {
    FunctionName: definition.name,
    FunctionArn: target?.arn ?? definition.arn,
    Version: target?.executedVersion ?? "$LATEST",
    Role: definition.roleArn,
    PackageType: "Image",
    // Lambda reports no code size for a container image.
    CodeSize: 0,
    ...(digest === undefined ? {} : { CodeSha256: digest }),
    LastModified: new Date(modifiedAt).toISOString().replace("Z", "+0000"),
    ImageConfigResponse: { ImageConfig: { Command: definition.command } },
    Environment: { Variables: definition.environment },
    MemorySize: definition.memorySizeMb,
    Timeout: definition.timeoutSeconds,
    EphemeralStorage: { Size: definition.ephemeralStorageMb },
    TracingConfig: { Mode: definition.tracing ? "Active" : "PassThrough" },
    LoggingConfig: { LogFormat: "Text", LogGroup: definition.logGroupName },
    Architectures: ["x86_64"],
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

export function aliasView({ name, arn, version }: FunctionResource["aliases"][number]): object {
  return { Name: name, AliasArn: arn, FunctionVersion: version };
}

export function invocationHeaders(answer: Invocation & Answer, wantsLog: boolean): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-amzn-requestid": answer.requestId,
    "x-amz-executed-version": answer.executedVersion,
    ...(answer.functionError === undefined ? {} : { "x-amz-function-error": answer.functionError }),
    ...(wantsLog ? { "x-amz-log-result": Buffer.from(answer.logTail).toString("base64") } : {}),
  };
}
