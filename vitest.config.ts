import { defineConfig } from "vitest/config";

/** What `npm test` runs: every test that needs only Node and the npm registry. The lanes, which need more, have test/lanes/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "packages/*/dist/**", ".build/**", ".data/**", "test/lanes/**", "bench/**"],
    allowOnly: false,
    passWithNoTests: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A busy machine may take longer than the default second to start a process.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: ["test/support/no-network.ts"],
  },
});
