import { takesResources } from "#local-aws";
import type { Group } from "./difference.ts";

/** Whether a group reaches every resource of a kind, or every action that a pattern of a service names. */
export async function isBroad({ grants }: Group): Promise<boolean> {
  if (grants.some(({ byPattern }) => byPattern)) return true;
  for (const { action, resource } of grants) {
    if (resource === "*" && !(await takesResources(action))) continue;
    if (namesAll(resource)) return true;
  }
  return false;
}

/** `*`, another account's or region's everything, `bucket/*`, `function:*`: the name itself is a star. */
function namesAll(pattern: string): boolean {
  if (/^\*+$/.test(pattern)) return true;
  const [, , service = "", , , ...rest] = pattern.split(":");
  const resource = rest.join(":");
  if (service.includes("*") || /^\*+$/.test(resource)) return true;
  if (service === "s3") return /^[^/]*\*/.test(resource) || /^[^/]+\/\*+$/.test(resource);
  // The first part is the kind, the second one the name: a star beyond a name is a version, a stream, an execution.
  const [kind = "", name] = resource.split(/[:/]/);
  return name === undefined ? kind.startsWith("*") : name.startsWith("*");
}
