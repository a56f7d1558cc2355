import type { Caller } from "../service.ts";
import { AwsError } from "../service.ts";

interface Refused {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Returns AWS's error message, followed by the statement that would have allowed the call. */
export function missingStatement({ caller, action, resource, context }: Refused): AwsError {
  const keys = Object.entries(context).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const statement = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
  return denied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action. ` +
      `The statement that is missing in a policy of role "${caller.roleArn}": ${statement}` +
      `${keys.length === 0 ? "" : `, with conditions, if any, that hold for ${keys.join(", ")}`}.`,
  );
}

export function explicitDeny({ caller, action, resource }: Refused, statement: string): AwsError {
  return denied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `with an explicit deny in an identity-based policy: ${statement}.`,
  );
}

export function denied(message: string): AwsError {
  return new AwsError("AccessDeniedException", message, 403);
}
