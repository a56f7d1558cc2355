/** Quotes any text as one word of a POSIX shell. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where the commands are sent: the product's API, and AWS or the one-machine runtime. */
export interface Target {
  readonly api: string;
  readonly region: string;
  /** @default AWS's own endpoints */
  readonly awsEndpoint?: string | undefined;
}

export function startCommand(machineArn: string, input: string, target: Target): string {
  return aws(target, "start-execution", { "state-machine-arn": machineArn, input });
}

export function stopCommand(executionArn: string, target: Target): string {
  return aws(target, "stop-execution", { "execution-arn": executionArn });
}

export function redriveCommand(executionArn: string, target: Target): string {
  return aws(target, "redrive-execution", { "execution-arn": executionArn });
}

/** Runs one state of a definition. The role is that of the state machine: set ROLE_ARN first. */
export function testCommand(definition: string, stateName: string, input: string, target: Target): string {
  return `${aws(target, "test-state", { definition, "state-name": stateName, input })} --role-arn "$ROLE_ARN"`;
}

/**
 * The `curl` request to Step Functions that does the same as an `aws` command, for what the product's API does not
 * offer. It is signed with the credentials in AWS's environment variables. Needs curl 7.75.
 * @param input the operation's input; `$ROLE_ARN` as a value is taken from the environment
 */
export function signedCurlCommand(operation: string, input: Readonly<Record<string, string>>, target: Target): string {
  const { region, awsEndpoint } = target;
  // AWS gives the operations that wait for a result a separate host.
  const host = operation === "TestState" ? "sync-states" : "states";
  const body = shellQuote(JSON.stringify(input)).replace(`"$ROLE_ARN"`, `"'"$ROLE_ARN"'"`);
  return [
    ...["curl", "-sS", "--aws-sigv4", shellQuote(`aws:amz:${region}:states`)],
    ...["--user", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"', "-H", '"x-amz-security-token: $AWS_SESSION_TOKEN"'],
    ...["-H", shellQuote(`x-amz-target: AWSStepFunctions.${operation}`)],
    ...["-H", shellQuote("content-type: application/x-amz-json-1.0"), "-d", body],
    shellQuote(awsEndpoint ?? `https://${host}.${region}.amazonaws.com/`),
  ].join(" ");
}

/** The equivalent `curl` request to the product's API. It does not contain the API key: set KEY first. */
export function curlCommand(
  method: "POST" | "DELETE",
  path: string,
  body: string | undefined,
  { api }: Target,
): string {
  const words = ["curl", "-sS", "-X", method, shellQuote(api + path), "-H", '"x-api-key: $KEY"'];
  if (body !== undefined) words.push("-H", shellQuote("content-type: application/json"), "-d", shellQuote(body));
  return words.join(" ");
}

function aws({ awsEndpoint }: Target, operation: string, options: Readonly<Record<string, string>>): string {
  const endpoint = awsEndpoint === undefined ? [] : ["--endpoint-url", shellQuote(awsEndpoint)];
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, shellQuote(value)]);
  return ["aws", "stepfunctions", operation, ...endpoint, ...words].join(" ");
}
