import * as pulumi from "@pulumi/pulumi";

/**
 * Prefix of logical names, and so of the physical names that Pulumi derives from them: distinguishes stacks of one account,
 * and is short because IAM role names have at most 64 characters; lower case, because bucket names allow no capitals.
 */
export function stackPrefix(stack = pulumi.getStack()): string {
  const safe = stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 16)
    .replace(/-$/, "");
  return `dlw-${safe}`;
}
