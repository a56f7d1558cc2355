import { statesLimits } from "../../limits.ts";
import { AwsError } from "../../service.ts";

const kinds = { stateMachine: 7, execution: 8, express: 9, mapRun: 8 } as const;
type Kind = keyof typeof kinds;

/** Returns the kind of a Step Functions ARN. Throws "InvalidArn" if the kind is not allowed. */
export function arnKind(arn: string, ...allowed: readonly Kind[]): Kind {
  const parts = arn.split(":");
  const [scheme, , service, , , type = ""] = parts;
  if (scheme !== "arn") throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
  if (service !== "states") throw new AwsError("InvalidArn", `Invalid Arn: 'Service name is not states: ${arn}'`);
  const kind = allowed.find((candidate) => candidate === type);
  // The ARN of a version or an alias of a state machine has one more part.
  const qualified = kind === "stateMachine" && parts.length === kinds[kind] + 1;
  if (kind === undefined || (parts.length !== kinds[kind] && !qualified) || parts.at(-1) === "") {
    throw new AwsError(
      "InvalidArn",
      `Invalid Arn: 'Resource type not valid in this context: ${type}' (${arn}; expected: ${allowed.join(", ")})`,
    );
  }
  return kind;
}

/**
 * White space, brackets, wildcards, control characters, and characters with a special meaning in URLs, shells or ARNs.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what AWS forbids in names.
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udfff]/;

/** Throws "InvalidName" if AWS would reject the name of an execution or a state machine. */
export function assertName(name: string): void {
  if (name.length >= 1 && name.length <= statesLimits.executionNameLength && !forbidden.test(name)) return;
  throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}
