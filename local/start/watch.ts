import path from "node:path";
import chokidar from "chokidar";

/** What the captured graph is made from, relative to the project. */
const sources = ["index.ts", "infra", "statemachine", "functions", "contract"];

export interface Watch {
  close(): Promise<void>;
}

/** Calls `change` when the program, a workflow, a function or the stack's file was edited; edits in a burst count once. */
export function watchProgram(root: string, stack: string, change: (files: readonly string[]) => Promise<void>): Watch {
  const places = [...sources, "Pulumi.yaml", `Pulumi.${stack}.yaml`].map((place) => path.join(root, place));
  const watcher = chokidar.watch(places, {
    ignoreInitial: true,
    ignored: (file) =>
      /(^|[\\/])(node_modules|\..+)$|\.test\.ts$|(^|[\\/])test-support([\\/]|$)|~$|\.sw[px]$/.test(
        path.relative(root, file),
      ),
    awaitWriteFinish: { stabilityThreshold: 80, pollInterval: 20 },
  });
  const changed = new Set<string>();
  let running = false;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (changed.size > 0) {
      const files = [...changed];
      changed.clear();
      await change(files);
    }
    running = false;
  }

  watcher.on("all", (_event, file) => {
    changed.add(path.relative(root, file));
    clearTimeout(timer);
    timer = setTimeout(() => void run(), 100);
  });
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
