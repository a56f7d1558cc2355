import path from "node:path";
import chokidar from "chokidar";
import { isSource, programSources } from "./program.ts";

export interface Watch {
  /** Runs `work` when no change is being worked on. */
  enqueue(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `change` when the program, a workflow, a function or the stack's file was edited: one call at a time, and one
 * for all edits that came in a burst or during the last call.
 */
export function watchProgram(root: string, stack: string, change: (files: readonly string[]) => Promise<void>): Watch {
  const places = programSources(root, stack).map((name) => path.join(root, name));
  const watcher = chokidar.watch(places, {
    ignoreInitial: true,
    ignored: (file, stats) =>
      /(^|[\\/])(node_modules|dist|test-support|\..+)$/.test(path.relative(root, file)) ||
      (stats?.isFile() === true && !isSource(file)),
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

  watcher.on("all", (_event, file) => {
    changed.add(path.relative(root, file));
    clearTimeout(timer);
    timer = setTimeout(() => void enqueue(handle), 100);
  });
  return {
    enqueue,
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
