import http from "node:http";
import net from "node:net";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AwsError, type Caller } from "../service.ts";
import type { Surface } from "./dispatch.ts";
import { listen } from "./server.ts";
import { type Harness, issued, operatorKey, roleCaller, startHarness } from "./test-support/harness.ts";

let harness: Harness;
const callers: Caller[] = [];

beforeAll(async () => {
  const handle = async (request: Request, caller: Caller): Promise<Response> => {
    callers.push(caller);
    const body = (await request.json()) as { maxResults?: number };
    if (body.maxResults === 1) throw new AwsError("InvalidToken", "no such page", 400);
    return Response.json({ stateMachines: [] });
  };
  harness = await startHarness({ surface: { services: { states: { handle, maxBytes: 1_000 } } } });
});

afterAll(async () => harness?.close());

/** Sends a raw request with arbitrary headers, which `fetch` would correct. */
function ask(
  headers: Readonly<Record<string, string>>,
  { path = "/", method = "GET", body = "" } = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: harness.port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe("the Host header", () => {
  it.each(["localhost", "127.0.0.1", "[::1]", "photos.localhost", "photos.s3.localhost"])("may be %s", async (name) => {
    expect((await ask({ host: `${name}:${harness.port}` })).status).not.toBe(421);
  });

  it.each([
    "evil.example",
    "localhost.evil.example",
    "other.localhost",
    "127.0.0.1.nip.io",
    "localhost@evil.example",
    "0.0.0.0",
    "",
  ])('may not be "%s": the name of another site that points here', async (name) => {
    expect((await ask({ host: `${name}:${harness.port}` })).status).toBe(421);
  });

  it.each(["sync-localhost", "sync-127.0.0.1"])("may be %s only of a signed call to Step Functions", async (name) => {
    const host = `${name}:${harness.port}`;
    const authorization = (service: string) =>
      `AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
    expect((await ask({ host, authorization: authorization("states") }, { method: "POST" })).status).not.toBe(421);
    for (const headers of [
      { host },
      { host, authorization: authorization("s3") },
      { host, authorization: "Bearer states" },
      { host, authorization: authorization("states"), origin: `http://${host}` },
      { host, authorization: authorization("states"), origin: "http://evil.example" },
    ]) {
      expect((await ask(headers)).status).toBe(421);
    }
    const unsigned = "/photos?X-Amz-Credential=AKIA/20261122/us-east-1/s3/aws4_request";
    expect((await ask({ host }, { path: unsigned })).status).toBe(421);
  });

  it("must have the port", async () => {
    expect((await ask({ host: "localhost" })).status).toBe(421);
    expect((await ask({ host: `localhost:${harness.port + 1}` })).status).toBe(421);
  });
});

describe("routing by signature", () => {
  const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
    new SFNClient({ endpoint: harness.url, region: "us-east-1", credentials, maxAttempts: 1 });

  it("hands the service in the scope its caller: the role of an issued key, or the operator", async () => {
    callers.length = 0;
    for (const credentials of [issued, operatorKey]) {
      const client = clientOf(credentials);
      await client.send(new ListStateMachinesCommand({}));
      client.destroy();
    }
    expect(callers.map(({ accessKeyId, roleArn }) => [accessKeyId, roleArn])).toEqual([
      [issued.accessKeyId, roleCaller.roleArn],
      [operatorKey.accessKeyId, undefined],
    ]);
  });

  it.each([
    ["an issued key", issued.accessKeyId, "InvalidSignatureException"],
    ["the operator's key", operatorKey.accessKeyId, "InvalidSignatureException"],
    ["a key that nobody issued", "AKIAMINE", "UnrecognizedClientException"],
    ["the key that any page knew once", "operator", "UnrecognizedClientException"],
  ])("refuses %s with a secret of one's choice, under the service's own names", async (_what, accessKeyId, name) => {
    const client = clientOf({ accessKeyId, secretAccessKey: "wrong" });
    await expect(client.send(new ListStateMachinesCommand({}))).rejects.toMatchObject({ name });
    client.destroy();
  });

  it("passes a service's errors on by name", async () => {
    const client = clientOf(issued);
    await expect(client.send(new ListStateMachinesCommand({ maxResults: 1 }))).rejects.toMatchObject({
      name: "InvalidToken",
    });
    client.destroy();
  });

  const scope = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIAMINE/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
  const host = () => `localhost:${harness.port}`;

  it("names what it offers when the scope is another service's", async () => {
    const { status, text } = await ask({ host: host(), authorization: scope("dynamodb") }, { method: "POST" });
    expect([status, text]).toEqual([400, expect.stringContaining("states")]);
  });

  it.each([
    ["in its header", { authorization: "AWS AKIA:c2lnbmF0dXJl" }, "/photos/a"],
    ["in the query", {}, "/photos/a?AWSAccessKeyId=AKIA&Expires=1900000000&Signature=c2ln"],
  ])("refuses Signature Version 2 by name, %s", async (_where, headers, path) => {
    const { status, text } = await ask({ host: host(), ...(headers as Record<string, string>) }, { path });
    expect([status, text]).toEqual([400, expect.stringContaining("Signature Version 2, which is not supported")]);
  });

  it("writes errors of the query protocol as the XML that its clients read", async () => {
    const headers = {
      host: host(),
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      authorization: scope("sns"),
    };
    const { status, text } = await ask(headers, { method: "POST", body: "Action=ListTopics&Version=2010-03-31" });
    expect(status).toBe(400);
    expect(text).toMatch(/<ErrorResponse><Error><Type>Sender<\/Type><Code>UnknownServiceException<\/Code><Message>/);
  });

  it("bounds a service's body before it looks at the signature", async () => {
    const body = "x".repeat(1_001);
    const { status } = await ask({ host: host(), authorization: scope("states") }, { method: "POST", body });
    expect(status).toBe(413);
  });
});

describe("hostile requests", () => {
  it.each(["/a/../b", "/..", "/%2e%2E/x", "/./x"])(
    "the path %s is refused: a URL would drop its dots",
    async (path) => {
      expect((await ask({ host: `localhost:${harness.port}` }, { path })).status).toBe(400);
    },
  );

  it.each(["/uploads/..%2forders/sync", "/a\\..\\b", "/a%5c..%5cb", "/x/%252e%252e/y", "/aws/..%2fstates/x"])(
    "the path %s is refused before it is routed: another reader would find another path in it",
    async (path) => {
      const { status, text } = await ask({ host: `localhost:${harness.port}` }, { path });
      expect([status, text]).toEqual([400, expect.stringContaining("backslash")]);
    },
  );

  it("returns 400 for invalid HTTP, and keeps running", async () => {
    const socket = net.connect(harness.port, "127.0.0.1");
    socket.end("no http at all\r\n\r\n");
    const text = await new Promise<string>((resolve) => {
      let seen = "";
      socket.on("data", (chunk) => {
        seen += chunk.toString();
      });
      socket.on("close", () => resolve(seen));
    });
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect((await ask({ host: `localhost:${harness.port}` })).status).toBe(404);
  });
});

describe("listen", () => {
  it("keeps a connection for longer than a busy machine holds it up, so that it ends none with a request", async () => {
    const { headers } = await ask({ host: `localhost:${harness.port}`, connection: "keep-alive" });
    expect(Number(/^timeout=(\d+)$/.exec(String(headers["keep-alive"]))?.[1])).toBeGreaterThan(60);
  });

  it("returns 503 until it has something to serve", async () => {
    const server = await listen(0);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(503);
    await server.close(0);
  });

  it("listens on both loopback addresses, because localhost may be either", async () => {
    const server = await listen(0);
    const statusOn = async (host: string): Promise<number> => (await fetch(`http://${host}:${server.port}/`)).status;
    const addresses = ["127.0.0.1", ...((await hasIpv6()) ? ["[::1]"] : [])];
    expect(await Promise.all(addresses.map(statusOn))).toEqual(addresses.map(() => 503));
    await server.close(0);
  });

  it("reports that a port is in use", async () => {
    await expect(listen(harness.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("ends requests that hang when its grace is over", async () => {
    const server = await listen(0);
    const socket = net.connect(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write("POST / HTTP/1.1\r\nhost: localhost\r\n");
    const arrived = new Promise<void>((resolve) => {
      const page = (): Promise<never> => {
        resolve();
        return new Promise(() => {});
      };
      server.serve({ page, s3: { store: () => undefined } } as unknown as Surface);
    });
    const answer = fetch(`http://127.0.0.1:${server.port}/`).then(
      () => "answered",
      () => "ended",
    );
    await arrived;
    const ended = new Promise((resolve) => socket.once("close", resolve));
    await server.close(100);
    await ended;
    expect(await answer).toBe("ended");
  });
});

async function hasIpv6(): Promise<boolean> {
  const probe = net.createServer();
  const bound = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(0, "::1", () => resolve(true));
  });
  if (bound) await new Promise((resolve) => probe.close(resolve));
  return bound;
}
