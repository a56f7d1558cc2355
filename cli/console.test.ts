import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openConsole } from "./console.ts";

const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
let aws: Server;
let awsPort: number;
beforeEach(async () => {
  aws = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify({ name: "m", type: "STANDARD", definition: "{}", roleArn: "r" }));
  });
  aws.listen(0, "127.0.0.1");
  await once(aws, "listening");
  ({ port: awsPort } = aws.address() as AddressInfo);
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${awsPort}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  aws.close();
});

async function run(...parameters: string[]) {
  let err = "";
  const stream = {
    write(text: string) {
      err += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const code = await openConsole(parameters, {
    stdout: stream,
    stderr: stream,
    stdin: process.stdin,
    environment: {},
    folder: ".",
    root: path.resolve(import.meta.dirname, ".."),
    signal: AbortSignal.abort(),
  });
  return { code, err };
}

describe("npm run console", () => {
  it("explains in one sentence that its port is in use", async () => {
    expect(await run("--machine", machine, "--port", String(awsPort))).toEqual({
      code: 2,
      err: expect.stringContaining(`The port ${awsPort} is in use: choose another one with --port.\n`),
    });
  });

  it("refuses a port that no browser would open", async () => {
    expect(await run("--machine", machine, "--port", "6000")).toEqual({
      code: 2,
      err: expect.stringMatching(/Browsers refuse to open the port 6000, .* choose another one with --port\.\n$/),
    });
  });

  it("opens any other port", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, "close");
    expect(await run("--machine", machine, "--port", String(port))).toEqual({
      code: 0,
      err: expect.stringContaining(`http://localhost:${port}/`),
    });
  });
});
