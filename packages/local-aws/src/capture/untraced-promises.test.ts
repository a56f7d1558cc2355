import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

/** Prints what Pulumi records of a promise, and whether it still finds that the promise never ends. */
const program = `
import { createRequire } from "node:module";
import "./untraced-promises.ts";
const pulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const { debuggablePromise, leakedPromises } = pulumi("./runtime/debuggable.js");
const endless = new Promise(() => {});
debuggablePromise(endless, "endless");
const [leaked] = leakedPromises();
console.log(JSON.stringify({ traced: endless._debugStackTrace.includes(" at "), leaked: leaked.has(endless), limit: Error.stackTraceLimit }));
`;

it.each([
  ["does not trace promises", {}, false],
  ["traces promises for PULUMI_DEBUG_PROMISE_LEAKS", { PULUMI_DEBUG_PROMISE_LEAKS: "1" }, true],
])("%s, and finds those that never end", (_what, variables, traced) => {
  const parameters = ["--import", "tsx/esm", "--input-type=module", "--eval", program];
  const { PULUMI_DEBUG_PROMISE_LEAKS: _inherited, ...environment } = process.env;
  const printed = execFileSync(process.execPath, parameters, {
    cwd: path.join(import.meta.dirname),
    encoding: "utf8",
    env: { ...environment, ...variables },
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(printed)).toEqual({ traced, leaked: true, limit: 10 });
});
