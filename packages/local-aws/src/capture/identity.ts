import { createHash } from "node:crypto";

/** The account number in every captured ARN; no real AWS account has it. */
export const accountId = "000000000000";
export const partition = "aws";

/**
 * The values from which names and identifiers are derived. They are stable, so that the data is found again after a
 * restart.
 */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly endpointBase: string;
  /** With "compare", generated values are not random and version numbers do not increase. @default "serve" */
  readonly purpose?: "serve" | "compare";
}

/** A resource registration before the provider completes it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
}

/** Returns hexadecimal digits that depend only on project, stack, type and name. */
export function digits({ identity, type, name }: Registration, length: number): string {
  return createHash("sha256")
    .update([identity.project, identity.stack, type, name].join("\0"))
    .digest("hex")
    .slice(0, length);
}

/** Returns the name that Pulumi would generate for a resource: the logical name and seven hexadecimal digits. */
export function physicalName(registration: Registration, property = "name"): string {
  const { inputs, name } = registration;
  const [given, prefix] = [inputs[property], inputs[`${property}Prefix`]];
  if (typeof given === "string") return given;
  if (typeof prefix === "string") return `${prefix}${digits(registration, 7)}`;
  return `${name}-${digits(registration, 7)}`;
}

export function arn(service: string, resource: string, identity: Pick<Identity, "region">): string {
  return `arn:${partition}:${service}:${identity.region}:${accountId}:${resource}`;
}

/** Reads a required input of the resource. */
export function required({ type, name, inputs }: Registration, property: string): string {
  const value = inputs[property];
  if (typeof value === "string") return value;
  throw new TypeError(`"${property}" of ${type} "${name}" is ${JSON.stringify(value)}, not a string.`);
}
