import { takesResources } from "#local-aws";
import type { Group } from "./difference.ts";

/** Whether a group covers every resource of some kind, or names its actions with a wildcard. */
export async function isBroad({ grants }: Group): Promise<boolean> {
  if (grants.some(({ byPattern }) => byPattern)) return true;
  for (const { action, resource } of grants) {
    if (resource === "*" && !(await takesResources(action))) continue;
    if (namesAll(resource)) return true;
  }
  return false;
}

/**
 * Whether a pattern covers every resource: `*`, everything in an account or region, `bucket/*`, or `function:*`, where
 * a wildcard takes the place of the name.
 */
function namesAll(pattern: string): boolean {
  if (/^\*+$/.test(pattern)) return true;
  const [, , service = "", , , ...rest] = pattern.split(":");
  const resource = rest.join(":");
  if (service.includes("*") || /^\*+$/.test(resource)) return true;
  if (service === "s3") return /^[^/]*\*/.test(resource) || /^[^/]+\/\*+$/.test(resource);
  // The first part is the kind and the second part is the name. A wildcard after the name is a version, a stream or an
  // execution.
  const [kind = "", name] = resource.split(/[:/]/);
  return name === undefined ? kind.startsWith("*") : name.startsWith("*");
}
