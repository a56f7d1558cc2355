import { execFileSync } from "node:child_process";

/**
 * The commit that a program is at, with "-dirty" if files differ from it; undefined outside a git repository. In a
 * GitHub workflow it is the commit that the workflow checks out.
 */
export function commitOf(root: string): string | undefined {
  try {
    return execFileSync("git", ["describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
    }).trim();
  } catch {
    return undefined;
  }
}
