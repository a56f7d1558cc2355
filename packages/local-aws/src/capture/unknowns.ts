import type { Declared } from "../graph.ts";
import { arn, digits, physicalName, type Registration } from "./identity.ts";
import { knownFunctions } from "./invokes.ts";
import type { Created } from "./providers/provider.ts";
import { resourceTypes } from "./resources.ts";

/**
 * Collects resource types and provider functions that the capture does not support. Each gets the outputs that every
 * AWS resource has.
 */
export class Unknowns {
  readonly unknown: Declared["unknown"][number][] = [];
  readonly calls: Declared["calls"][number][] = [];

  isType(type: string): boolean {
    return !resourceTypes.includes(type);
  }

  isFunction(token: string): boolean {
    return !knownFunctions.includes(token);
  }

  /** Returns a name, an ARN and an id in the usual format, so that references to different resources differ. */
  create(registration: Registration): Created {
    const { type, name, identity } = registration;
    this.unknown.push({ kind: "type", token: type, name });
    const physical = physicalName(registration);
    const service = type.split(":")[1]?.split("/")[0] ?? "unknown";
    return {
      id: physical,
      outputs: { name: physical, arn: arn(service, `${digits(registration, 8)}/${physical}`, identity) },
    };
  }

  /**
   * Returns the arguments as the result, so that values derived from the result differ whenever the arguments differ.
   */
  call(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    this.unknown.push({ kind: "function", token, name: token });
    this.calls.push({ token, inputs });
    return { id: token, name: token, arn: token, ...inputs };
  }
}
