import { readdirSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "vitest/config";
import { EveryTestRuns } from "./every-test-runs.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** A lane is a folder with test files; `support/` has none, and lanes without a folder are programs. */
const lanes = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(path.join(import.meta.dirname, name)).some((file) => file.endsWith(".test.ts")));

/**
 * The deep lanes: `npm run test:<lane>`, with vitest's own filters behind `--`, such as `-t "title"` or a file's name.
 * They take minutes, install what they need, and start servers and processes: one file at a time, and nothing is tried twice.
 */
export default defineConfig({
  root,
  test: {
    projects: lanes.map((name) => ({
      extends: true,
      test: { name, include: [`test/lanes/${name}/*.test.ts`] },
    })),
    // What a test notes beside its verdict (sizes, times, counts) is printed by this reporter.
    reporters: ["verbose", new EveryTestRuns()],
    disableConsoleIntercept: true,
    fileParallelism: false,
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    testTimeout: 2_400_000,
    hookTimeout: 2_400_000,
    teardownTimeout: 60_000,
  },
});
