import { createHash } from "node:crypto";

/** The account of everything captured: no AWS account has this number. */
export const accountId = "000000000000";
export const partition = "aws";

/** What names and identifiers are derived from, so that a restart finds its data again. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  readonly endpointBase: string;
  /** For a comparison nothing may be random or counted. @default serve */
  readonly purpose?: "serve" | "compare";
}

/** One registration, before the provider completes it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
}

/** Hexadecimal digits that depend on project, stack, type and name alone. */
export function digits({ identity, type, name }: Registration, length: number): string {
  return createHash("sha256")
    .update([identity.project, identity.stack, type, name].join("\0"))
    .digest("hex")
    .slice(0, length);
}

/** The name that Pulumi generates for a resource: the logical name and seven hexadecimal digits. */
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

/** An input that the resource cannot be without. */
export function required({ type, name, inputs }: Registration, property: string): string {
  const value = inputs[property];
  if (typeof value === "string") return value;
  throw new TypeError(`"${property}" of ${type} "${name}" is ${JSON.stringify(value)}, not a text.`);
}
