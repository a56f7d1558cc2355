/** Quotes any text as one word of a POSIX shell. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Where the commands are sent: the product's API, and the AWS endpoint of the one-machine runtime. */
export interface Target {
  readonly api: string;
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

/** The definition is a file, because it is long; the role is that of the state machine. */
export function testCommand(stateName: string, input: string, target: Target): string {
  const options = { definition: "file://definition.json", "state-name": stateName, input };
  return `${aws(target, "test-state", options)} --role-arn "$ROLE_ARN"`;
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
