import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { open, stopAll } from "../test-support/harness.ts";

afterEach(stopAll);

/**
 * Requests that another program of this machine could send to a Runtime API whose address it knows; prints the
 * statuses.
 */
const attack = `
const http = require("node:http");
const [hostname, port] = process.argv[1].split(":");
const ask = (method, path, body) => new Promise((resolve) => {
  const request = http.request({ hostname, port, method, path: "/2018-06-01/runtime" + path, timeout: 20_000 }, (response) => {
    response.resume().on("end", () => resolve(response.statusCode));
  });
  request.on("timeout", () => request.destroy()).on("error", () => resolve(0)).end(body);
});
(async () => {
  const statuses = [await ask("GET", "/invocation/next"), await ask("POST", "/init/error", "{}"),
    await ask("POST", "/invocation/" + process.argv[2] + "/response", '"FORGED"')];
  console.log(JSON.stringify(statuses));
})();`;

it.runIf(process.platform === "linux")(
  "another program can neither take nor complete an invocation, while the function works and while it waits",
  async () => {
    const handler = `
      export const handler = async (event, { awsRequestId }) =>
        event.wait ? { address: process.env.AWS_LAMBDA_RUNTIME_API, awsRequestId } : "own";`;
    const { invoke } = open({ handlers: { f: handler } });
    const { payload } = await invoke("f", { wait: true });
    const { address, awsRequestId } = payload as { address: string; awsRequestId: string };
    // The sandbox is now waiting for work: a forged "next" must neither wait in addition nor replace the sandbox's
    // request.
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", attack, address, awsRequestId]);
    expect(JSON.parse(stdout)).toEqual([403, 403, 403]);
    expect(await invoke("f")).toEqual({ payload: "own", failed: false });
  },
);

it("a program that the handler starts still reaches the Runtime API, as an extension does", async () => {
  const handler = `
    import { spawnSync } from "node:child_process";
    const attack = ${JSON.stringify(attack)};
    export const handler = async () =>
      spawnSync(process.execPath, ["-e", attack, process.env.AWS_LAMBDA_RUNTIME_API, "guess"], { encoding: "utf8" }).stdout;`;
  const { invoke } = open({ handlers: { f: handler }, functions: { f: { timeoutSeconds: 55 } } });
  const { payload } = await invoke("f");
  // These statuses follow from the state of the invocation: it is running, the initialisation is over, and "guess" is
  // not running.
  expect(JSON.parse(String(payload))).toEqual([403, 202, 400]);
});
