import { defineConfig } from "vitest/config";

/** What `npm test` runs: every test that needs only Node and the npm registry. The lanes, which need more, have test/lanes/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "packages/*/dist/**", ".build/**", ".data/**", "test/lanes/**", "bench/**"],
    allowOnly: false,
    passWithNoTests: false,
    // vitest leaves one core to itself, which on two cores leaves one for the tests.
    maxWorkers: "100%",
    // Only ends a test that hangs, also on a busy machine.
    // Where everything hangs, it ends before the job that runs it.
    bail: 10,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A busy machine may take longer than the default second to start a process.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: ["test/support/no-network.ts"],
  },
});
