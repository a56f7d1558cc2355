import type { FunctionResource } from "../../graph.ts";
import type { Iam } from "../../iam/iam.ts";
import { AwsError } from "../../service.ts";
import type { SandboxSetting } from "./environment.ts";
import type { InstanceLog } from "./instance-log.ts";

/** The part of IAM that Lambda uses. */
export type LambdaIam = Pick<Iam, "authorizer" | "issue" | "callerOf" | "retire">;

export interface SessionOptions {
  readonly iam: LambdaIam;
  readonly region: string;
  readonly accountId: string;
  readonly endpointUrl: () => string;
  readonly hostVariables: Readonly<Record<string, string>>;
  readonly warn: (message: string) => void;
}

/** An instance's session of its function's role. */
export interface Session {
  readonly setting: Pick<SandboxSetting, "credentials" | "region" | "endpointUrl" | "hostVariables">;
  end(): void;
}

/**
 * Assumes the function's role and makes the calls that Lambda makes with it. As on AWS, a function whose role may not
 * write logs runs without a log, and a function with active tracing whose role may not send traces is rejected.
 * @throws AwsError if the role cannot be assumed or lacks the grants for active tracing.
 */
export function startSession(definition: FunctionResource, log: InstanceLog, options: SessionOptions): Session {
  const { iam, region, accountId, endpointUrl, hostVariables, warn } = options;
  const credentials = iam.issue(definition.roleArn, definition.name, "lambda.amazonaws.com");
  const { accessKeyId } = credentials;
  const caller = iam.callerOf(accessKeyId);
  const stream = `arn:aws:logs:${region}:${accountId}:log-group:${definition.logGroupName}:log-stream:${log.stream}`;
  try {
    iam.authorizer.authorize(caller, "logs:CreateLogStream", stream);
    iam.authorizer.authorize(caller, "logs:PutLogEvents", stream);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.forbid();
    warn(`Function "${definition.name}" runs without a log: ${error.message}`);
  }
  if (definition.tracing) {
    for (const action of ["PutTraceSegments", "PutTelemetryRecords"]) {
      try {
        iam.authorizer.authorize(caller, `xray:${action}`, "*");
      } catch (cause) {
        iam.retire(accessKeyId);
        const message = `The provided execution role does not have permissions to call ${action} on XRAY`;
        throw new AwsError("InvalidParameterValueException", message, 400, { cause });
      }
    }
  }
  return {
    setting: { credentials, region, endpointUrl: endpointUrl(), hostVariables },
    end: () => iam.retire(accessKeyId),
  };
}
