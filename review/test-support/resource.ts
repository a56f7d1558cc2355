import type { ResourceOptions } from "#local-aws";
import type { CapturedResource } from "../program/program.ts";

interface More extends Partial<Omit<CapturedResource, "options">> {
  readonly options?: Partial<ResourceOptions>;
}

/** A captured resource with the properties that matter to a test; everything else is as in a plain registration. */
export function resource(type: string, name: string, { options = {}, ...more }: More = {}): CapturedResource {
  const parentTypes = more.parent === undefined ? "" : `${more.parent.split("::")[2]?.split("$").at(-1)}$`;
  return {
    urn: `urn:pulumi:dev::project::${parentTypes}${type}::${name}`,
    type,
    name,
    custom: true,
    inputs: {},
    outputs: {},
    secretInputs: [],
    ...more,
    options: {
      protect: false,
      retainOnDelete: false,
      dependencies: [],
      propertyDependencies: {},
      ignoreChanges: [],
      replaceOnChanges: [],
      additionalSecretOutputs: [],
      aliases: [],
      customTimeouts: {},
      ...options,
    },
  };
}
