import { CommandFailure, type ExitCode, exitCodes } from "../failure.ts";

interface Known {
  readonly pattern: RegExp;
  readonly exitCode: ExitCode;
  readonly sentence: (stack: string, match: RegExpExecArray) => string;
}

const refused = exitCodes.endpointRefused;

/** What pulumi and the AWS provider print when something is missing, with the remedy. The first match counts. */
const known: readonly Known[] = [
  {
    pattern: /no stack named '.*' found|stack '.*' not found|is not a valid stack name|stack names? (?:may|must|can)/i,
    exitCode: exitCodes.usage,
    sentence: (stack) => `There is no stack "${stack}" in this backend: pulumi stack ls lists the stacks.`,
  },
  {
    pattern: /PULUMI_ACCESS_TOKEN must be set|pulumi login|not logged in|invalid access token|\bUnauthorized: /i,
    exitCode: refused,
    sentence: () =>
      "Pulumi is not logged in to a backend: run pulumi login, or set PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN.",
  },
  {
    pattern: /passphrase must be set/i,
    exitCode: refused,
    sentence: (stack) =>
      `The passphrase of the stack "${stack}" is missing: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.`,
  },
  {
    pattern: /incorrect passphrase/i,
    exitCode: refused,
    sentence: (stack) => `The passphrase in PULUMI_CONFIG_PASSPHRASE is not that of the stack "${stack}".`,
  },
  {
    pattern:
      /ExpiredToken|RequestExpired|(?:token|credentials|session)[^.\n]{0,60}\bexpired\b|UnrecognizedClientException|InvalidClientTokenId/i,
    exitCode: refused,
    sentence: () =>
      "The AWS credentials have expired or are not valid: sign in again (aws sso login, or new keys in the environment).",
  },
  {
    pattern:
      /No valid credential sources|NoCredentialProviders|get credentials|failed to refresh cached credentials|CredentialsProviderError|unable to validate AWS credentials|Unable to locate credentials/i,
    exitCode: refused,
    sentence: () =>
      "There are no AWS credentials: sign in (aws sso login), or set AWS_PROFILE or keys in the environment.",
  },
  {
    pattern: /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)|AccessDenied/,
    exitCode: refused,
    sentence: (_stack, [, action]) =>
      `The AWS credentials may not ${action ? `call ${action}` : "read everything"}: use a role with the read policy of docs/iam.`,
  },
  {
    pattern: /ECONNREFUSED|connection refused|no such host|i\/o timeout|ENOTFOUND|ETIMEDOUT|dial tcp/i,
    exitCode: refused,
    sentence: () =>
      "AWS or the backend of the state cannot be reached: verify the network, the region and the backend URL.",
  },
];

/**
 * One sentence for a command of pulumi that failed, from everything that it has printed.
 * @param purpose what the command was for, as the end of "The stack … cannot be …"
 */
export function pulumiRefusal(printed: string, stack: string, purpose: string): CommandFailure {
  for (const { pattern, exitCode, sentence } of known) {
    const match = pattern.exec(printed);
    if (match) return new CommandFailure(exitCode, sentence(stack, match));
  }
  return new CommandFailure(refused, `The stack "${stack}" cannot be ${purpose}: ${firstError(printed)}`);
}

/** One sentence for the command pulumi that the system could not start. */
export function pulumiNotStarted({ code, message }: NodeJS.ErrnoException): CommandFailure {
  const why = code === "ENOENT" ? "it is not installed, see https://www.pulumi.com/docs/install" : message;
  return new CommandFailure(refused, `The command pulumi cannot be started: ${why}.`);
}

function firstError(printed: string): string {
  const lines = printed.split("\n").map((line) => line.replace(/^\s*(?:error: )?/, "").trim());
  return lines.find((line) => line !== "") ?? "pulumi ended without saying why.";
}
