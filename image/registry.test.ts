import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { digestOf, RegistryError } from "./registry.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

/** Starts a registry on loopback and returns its host and port. */
async function registry(respond: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const started = createServer(respond);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(started.address() as AddressInfo).port}`;
}

it("is the digest of the index that the tag names", async () => {
  const asked: unknown[] = [];
  const host = await registry((request, response) => {
    asked.push([request.url, request.headers.accept?.split(",")[0]]);
    response.writeHead(200, { "docker-content-digest": digest }).end("{}");
  });
  expect(await digestOf(`${host}/lambda/nodejs:22`, "http")).toBe(digest);
  expect(asked).toEqual([["/v2/lambda/nodejs/manifests/22", "application/vnd.oci.image.index.v1+json"]]);
});

it("is asked for with the anonymous token that the registry offers", async () => {
  const host: string = await registry((request, response) => {
    if (request.url?.startsWith("/token")) {
      expect(request.url).toBe("/token?service=public&scope=repository%3Alambda%2Fnodejs%3Apull");
      response.end('{"token":"anonymous"}');
    } else if (request.headers.authorization === "Bearer anonymous") {
      response.writeHead(200, { "docker-content-digest": digest }).end("{}");
    } else {
      const scope = "repository:lambda/nodejs:pull";
      const challenge = `Bearer realm="http://${host}/token",service="public",scope="${scope}"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    }
  });
  expect(await digestOf(`${host}/lambda/nodejs:22`, "http")).toBe(digest);
});

it.each([
  ["an unknown tag", 404, {}, /responded with 404\. Check the name and the tag/],
  ["a response without a digest", 200, {}, /responded without a digest/],
  ["a digest of another form", 200, { "docker-content-digest": "md5:1" }, /responded without a digest/],
  ["a demand for a password", 401, { "www-authenticate": 'Basic realm="x"' }, /wants credentials/],
])("is refused for %s", async (_what, status, headers, message) => {
  const host = await registry((_request, response) =>
    response.writeHead(status, headers as Record<string, string>).end(),
  );
  const asked = digestOf(`${host}/lambda/nodejs:22`, "http");
  await expect(asked).rejects.toThrow(RegistryError);
  await expect(asked).rejects.toThrow(message);
});

it("is refused for a registry that is not there, and for a reference without a tag", async () => {
  const host = await registry(() => undefined);
  await new Promise((resolve) => server?.close(resolve));
  await expect(digestOf(`${host}/lambda/nodejs:22`, "http")).rejects.toThrow(/cannot be reached: .*Check the network/);
  await expect(digestOf("nodejs")).rejects.toThrow(/names no registry, repository and tag/);
});
