import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** Creates a resource that never becomes ready, and prints what Pulumi records of its promises. */
const program = `
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import "./untraced-promises.ts";
import * as pulumi from "@pulumi/pulumi";
const { leakedPromises } = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"))("./runtime/debuggable.js");
await pulumi.runtime.setMocks({ newResource: () => new Promise(() => {}), call: () => ({}) });
new pulumi.CustomResource("test:index:Endless", "endless");
await delay(100);
const leaked = [...leakedPromises()[0]];
const traced = leaked.filter((promise) => promise._debugStackTrace.includes(" at "));
console.log(JSON.stringify({ leaked: leaked.length, traced: traced.length, limit: Error.stackTraceLimit }));
process.exit();
`;

it("Pulumi's promises have no stack trace, and those that never end are still found", () => {
  const { leaked, traced, limit } = printed({});
  expect(leaked).toBeGreaterThan(0);
  expect(traced).toBe(0);
  expect(limit).toBe(10);
});

it("PULUMI_DEBUG_PROMISE_LEAKS brings the stack traces back", () => {
  const { leaked, traced } = printed({ PULUMI_DEBUG_PROMISE_LEAKS: "1" });
  expect(leaked).toBeGreaterThan(0);
  expect(traced).toBe(leaked);
});

function printed(variables: NodeJS.ProcessEnv): {
  readonly leaked: number;
  readonly traced: number;
  readonly limit: number;
} {
  const parameters = ["--import", "tsx/esm", "--input-type=module", "--eval", program];
  const { PULUMI_DEBUG_PROMISE_LEAKS: _inherited, ...environment } = process.env;
  const output = execFileSync(process.execPath, parameters, {
    cwd: import.meta.dirname,
    encoding: "utf8",
    env: { ...environment, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output);
}
