import { denied } from "../iam/denial.ts";
import { permits } from "../iam/resource-policy.ts";
import type { Authorizer, Caller } from "../service.ts";
import type { FunctionReference } from "./references.ts";

/**
 * Checks whether a caller may invoke a function: a role by its own policies, a service by the function's resource
 * policy.
 * @throws AwsError "AccessDeniedException"
 */
export class InvokeAccess {
  readonly #authorizer: Authorizer;
  /** Cached decisions on calls by services. The key contains everything that the decision depends on. */
  readonly #permitted = new Map<string, boolean>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  check(caller: Caller, { definition, arn }: FunctionReference): void {
    const { service } = caller;
    if (!service) {
      this.#authorizer.authorize(caller, "lambda:InvokeFunction", arn);
      return;
    }
    const { permissions } = definition;
    const key = JSON.stringify([permissions, service, arn]);
    const known = this.#permitted.get(key);
    const permitted = known ?? permits(permissions, { ...caller, service }, "lambda:InvokeFunction", arn);
    if (known === undefined) this.#permitted.set(key, permitted);
    if (permitted) return;
    throw denied(
      `${service.principal} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no ` +
        `resource-based policy allows the lambda:InvokeFunction action. The permission that is missing on the function: ` +
        `${JSON.stringify({ principal: service.principal, action: "lambda:InvokeFunction", sourceArn: service.sourceArn })}.`,
    );
  }
}
