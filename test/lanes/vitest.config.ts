import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { EveryTestRuns } from "./every-test-runs.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** A lane is a folder with test files. `support/` contains none; lanes without a folder are programs. */
const lanes = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(path.join(import.meta.dirname, name)).some((file) => file.endsWith(".test.ts")));

/**
 * Lanes whose files have nothing in common, so that two of them run at a time. What they need is built before, by the
 * lane's `prepare.ts` if it has one.
 */
const inPairs = ["engine", "grants", "resilience"];
const paired = (name: string) => ({
  fileParallelism: true,
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
  globalSetup: [`test/lanes/${name}/prepare.ts`].filter((file) => existsSync(path.join(root, file))),
});

/**
 * Runs the deep lanes: `npm run test:<lane>`, with vitest's own filters after `--`, such as `-t "title"` or a file's
 * name. Lanes take minutes, install what they need, and start servers and processes. Therefore one file runs at a time
 * in most of them, and no test is retried.
 */
export default defineConfig({
  root,
  test: {
    projects: lanes.map((name) => ({
      extends: true,
      test: { name, include: [`test/lanes/${name}/*.test.ts`], ...(inPairs.includes(name) ? paired(name) : {}) },
    })),
    // This reporter also prints the annotations of a test: sizes, times and counts.
    reporters: ["verbose", new EveryTestRuns()],
    disableConsoleIntercept: true,
    fileParallelism: false,
    retry: 0,
    // Each failure may have waited for minutes: a lane in which everything hangs must end before it is killed.
    bail: 8,
    // What a page or a service shows after an action is awaited; the time is long because several lanes may share a machine.
    expect: { poll: { interval: 50, timeout: 120_000 } },
    allowOnly: false,
    passWithNoTests: false,
    testTimeout: 2_400_000,
    hookTimeout: 2_400_000,
    teardownTimeout: 60_000,
  },
});
