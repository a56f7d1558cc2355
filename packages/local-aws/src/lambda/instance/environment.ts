import type { FunctionResource } from "../../graph.ts";
import type { Credentials } from "../../iam/iam.ts";

/** The values that a sandbox's environment consists of, in addition to the function's declared variables. */
export interface SandboxSetting {
  readonly region: string;
  readonly credentials: Credentials;
  readonly version: string;
  readonly logStream: string;
  readonly runtimeApi: string;
  readonly taskRoot: string;
  readonly home: string;
  readonly endpointUrl: string;
  /** Variables that the host adds for all functions. Lambda has no equivalent. */
  readonly hostVariables: Readonly<Record<string, string>>;
}

/**
 * Builds an environment from the declared variables and those that Lambda sets. Nothing is inherited from the process
 * that runs the sandbox.
 */
export function sandboxEnvironment(definition: FunctionResource, setting: SandboxSetting): Record<string, string> {
  return {
    ...setting.hostVariables,
    ...definition.environment,
    ...machineVariables(),
    _HANDLER: definition.command[0] ?? "",
    LAMBDA_TASK_ROOT: setting.taskRoot,
    AWS_EXECUTION_ENV: "AWS_Lambda_Image",
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: setting.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: setting.logStream,
    AWS_LAMBDA_RUNTIME_API: setting.runtimeApi,
    AWS_REGION: setting.region,
    AWS_DEFAULT_REGION: setting.region,
    AWS_ACCESS_KEY_ID: setting.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: setting.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: setting.credentials.sessionToken,
    AWS_ENDPOINT_URL: setting.endpointUrl,
    HOME: setting.home,
    TMPDIR: setting.home,
    LANG: "en_US.UTF-8",
    TZ: "UTC",
  };
}

/** The operating system cannot start a program without these variables. */
function machineVariables(): Record<string, string> {
  const { PATH = "/usr/local/bin:/usr/bin:/bin", SystemRoot } = process.env;
  return SystemRoot === undefined ? { PATH } : { PATH, SystemRoot };
}
