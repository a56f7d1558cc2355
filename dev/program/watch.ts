import { existsSync } from "node:fs";
import path from "node:path";
import chokidar from "chokidar";
import { isProgramSource, isSource } from "./program.ts";

/** A git lock older than this is stale. */
const longestGitMs = 10_000;

export interface Watch {
  /** Resolves when edits are detected. */
  readonly ready: Promise<void>;
  /** Resolves, with a sentence for the user, if edits can no longer be detected everywhere. */
  readonly failed: Promise<string>;
  /** Runs `work` while no change is being processed. */
  enqueue(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Temporary files of editors, and files that only tests read. */
const ignoredNames =
  /^(node_modules|dist|\..+|.+~|.+\.sw[px]|#.+#|4913|.+\.(tmp|orig|rej|bak)|test-support|.+\.test\.ts)$/;

/**
 * Calls `change` after an edit of the program, a workflow, a function or the stack's file: one call at a time, and only one
 * for a burst of edits or for edits during the last call. It watches the folder instead of its files, because git and many
 * editors replace files and folders with new ones, which a watch on the old ones would miss.
 * @param quietMs milliseconds without an edit that end a burst
 */
export function watchProgram(
  root: string,
  stack: string,
  change: (files: readonly string[]) => Promise<void>,
  quietMs = 100,
): Watch {
  const watcher = chokidar.watch(root, {
    ignoreInitial: true,
    ignored: (file, stats) => {
      const [first, ...below] = path.relative(root, file).split(path.sep);
      if (first === undefined || first === "") return false;
      if (!isProgramSource(first, stack) || below.some((name) => ignoredNames.test(name))) return true;
      return stats?.isFile() === true && !isSource(file);
    },
    awaitWriteFinish: { stabilityThreshold: 80, pollInterval: 20 },
  });
  const changed = new Set<string>();
  let tail: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function enqueue(work: () => Promise<void>): Promise<void> {
    tail = tail.then(work);
    return tail;
  }

  async function handle(): Promise<void> {
    if (changed.size === 0) return;
    const files = [...changed];
    changed.clear();
    await change(files);
  }

  /** Whether git's lock exists: git changes files one by one, and half of a branch is not a valid program. */
  function settle(since: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const busy = existsSync(path.join(root, ".git", "index.lock")) && Date.now() - since < longestGitMs;
      if (busy) settle(since);
      else void enqueue(handle);
    }, quietMs);
  }

  watcher.on("all", (event, file) => {
    // For a folder, its files count.
    if (event === "addDir" || event === "unlinkDir") return;
    changed.add(path.relative(root, file).split(path.sep).join("/"));
    settle(Date.now());
  });
  // Without a listener, the error would end the process.
  const failed = new Promise<string>((resolve) => {
    watcher.on("error", (error) => resolve(unwatched(error as NodeJS.ErrnoException)));
  });
  return {
    failed,
    ready: new Promise((resolve) => watcher.once("ready", resolve)),
    enqueue,
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function unwatched({ code, message }: NodeJS.ErrnoException): string {
  const limit =
    code === "ENOSPC"
      ? "the system's limit of watched files is reached: raise it (fs.inotify.max_user_watches)"
      : code === "EMFILE"
        ? "the system's limit of watchers is reached: raise it (fs.inotify.max_user_instances, ulimit -n)"
        : message;
  return `Some edits will not be noticed, because ${limit}. Until then, restart npm start after an edit.`;
}
