import { existsSync } from "node:fs";
import path from "node:path";
import chokidar from "chokidar";
import { isProgramSource, isSource } from "./program.ts";

/** Edits that are no further apart than this, in milliseconds, are one. */
const quietMs = 100;
/** A lock of git that is older than this was left behind. */
const longestGitMs = 10_000;

export interface Watch {
  /** Resolves when edits are seen. */
  readonly ready: Promise<void>;
  /** Runs `work` when no change is being worked on. */
  enqueue(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Editors' own files and what only tests read. */
const ignoredNames =
  /^(node_modules|dist|\..+|.+~|.+\.sw[px]|#.+#|4913|.+\.(tmp|orig|rej|bak)|test-support|.+\.test\.ts)$/;

/**
 * Calls `change` when the program, a workflow, a function or the stack's file was edited: one call at a time, and one
 * for all edits that came in a burst or during the last call. The folder itself is watched, not its files: git and many
 * editors replace a file, or a whole folder, by a new one, and a watch on the old one would see nothing more.
 */
export function watchProgram(root: string, stack: string, change: (files: readonly string[]) => Promise<void>): Watch {
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

  /** git changes files one by one and holds its lock meanwhile: half of a branch is no program. */
  function settle(since: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const busy = existsSync(path.join(root, ".git", "index.lock")) && Date.now() - since < longestGitMs;
      if (busy) settle(since);
      else void enqueue(handle);
    }, quietMs);
  }

  watcher.on("all", (event, file) => {
    // A folder is its files.
    if (event === "addDir" || event === "unlinkDir") return;
    changed.add(path.relative(root, file).split(path.sep).join("/"));
    settle(Date.now());
  });
  return {
    ready: new Promise((resolve) => watcher.once("ready", resolve)),
    enqueue,
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
