import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { ReviewError } from "../review-error.ts";

async function git(root: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...parameters], { cwd: root, maxBuffer: 1 << 28 });
  return stdout.trim();
}

/** The commit to which a reference points. @throws ReviewError "UnknownBase" */
export async function commitOf(root: string, reference: string): Promise<string> {
  try {
    return await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`]);
  } catch (cause) {
    throw new ReviewError(
      "UnknownBase",
      `"${reference}" is no commit, branch or tag of this checkout. Fetch it (git fetch origin), or name another base.`,
      { cause },
    );
  }
}

/**
 * The commit at which the branch of this checkout started. @throws ReviewError "UnknownBase" when the two have no
 * common history
 */
export async function mergeBaseOf(root: string, commit: string): Promise<string> {
  try {
    return await git(root, ["merge-base", "HEAD", commit]);
  } catch (cause) {
    throw new ReviewError(
      "UnknownBase",
      `HEAD and "${commit}" have no common commit in this checkout. Fetch the whole history (git fetch --unshallow), or use --exact.`,
      { cause },
    );
  }
}

/** Paths of the files in the top folder at a commit. */
export async function topFilesAt(root: string, commit: string): Promise<readonly string[]> {
  return (await git(root, ["ls-tree", "--name-only", commit])).split("\n");
}

/** Unpacks a commit into an existing folder. @throws ReviewError "CannotUnpack" */
export async function unpack(root: string, commit: string, folder: string): Promise<void> {
  const archive = spawn("git", ["archive", "--format=tar", commit], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "pipe"] });
  archive.stdout.pipe(tar.stdin);
  tar.stdin.on("error", () => {});
  const [[archived], [unpacked]] = await Promise.all([once(archive, "close"), once(tar, "close")]);
  if (archived === 0 && unpacked === 0) return;
  throw new ReviewError(
    "CannotUnpack",
    `The commit "${commit}" cannot be unpacked into a temporary folder: is the disk full?`,
  );
}
