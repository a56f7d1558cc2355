import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Clients } from "./clients.ts";
import { photoOf, uploadPhoto } from "./photo-upload.ts";
import { invokeApi, readResults } from "./product-api.ts";

/** The product's API and its bucket, on one server whose routes the tests provide. */
let server: Server;
let url: string;
let routes: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage, body: string) => unknown>>;
const keys: Record<string, string | string[] | undefined> = {};

beforeEach(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    keys[pathname] = request.headers["x-api-key"];
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("latin1");
    });
    request.on("end", () => {
      const route = routes[pathname];
      if (route) route(response, request, body);
      else response.writeHead(404, { "content-type": "application/json" }).end('{"code":"NotFound","message":"No."}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const clients = (): Clients => ({ api: { url, key: "secret" } }) as Clients;

it("reads results through the API's redirect, without sending the key to the bucket", async () => {
  routes = {
    "/executions/a%2Fb/results": (response) => response.writeHead(302, { location: `${url}/object?X-Amz=1` }).end(),
    "/object": (response) => response.end("{}\n{}\n"),
  };
  expect(await readResults(clients(), { executionId: "a/b" })).toEqual({ body: { text: "{}\n{}\n" } });
  expect([keys["/executions/a%2Fb/results"], keys["/object"]]).toEqual(["secret", undefined]);
});

it("forwards the API's refusal to return results", async () => {
  routes = {};
  const body = { code: "NotFound", message: "No." };
  expect(await readResults(clients(), { executionId: "gone" })).toEqual({ status: 404, body });
});

it("refuses results that are too large for the page, without reading them, and says what to do", async () => {
  routes = {
    "/executions/e/results": (response) => response.writeHead(302, { location: "/object" }).end(),
    "/object": (response) => response.writeHead(200, { "content-length": String(1024 ** 3) }).write("{}"),
  };
  const refusal = await readResults(clients(), { executionId: "e" }).catch((error) => error);
  expect(refusal).toMatchObject({ status: 413, code: "ResultsTooLarge" });
  expect(refusal.message).toContain("npm run classify");
});

it.each([
  [403, 410],
  [503, 502],
])("reports status %i of the bucket as %i", async (ofBucket, status) => {
  routes = {
    "/executions/e/results": (response) => response.writeHead(302, { location: "/object" }).end(),
    "/object": (response) => response.writeHead(ofBucket).end(),
  };
  await expect(readResults(clients(), { executionId: "e" })).rejects.toMatchObject({
    status,
    code: "ResultsUnavailable",
  });
});

it.each(["//other.example/", "/executions/../examples/three-images", "/executions/%2e%2e/classify"])(
  "refuses a path that leads elsewhere: %s",
  async (path) => {
    await expect(invokeApi(clients(), { method: "GET", path })).rejects.toThrow(/path/);
  },
);

it("stores a photo under its name, with the form that the API signed", async () => {
  const seen: string[] = [];
  routes = {
    "/uploads": (response, _request, body) => {
      seen.push(body);
      const ticket = { uploadUrl: `${url}/bucket`, fields: { key: "uploads/1.png" }, image: "s3://b/uploads/1.png" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(ticket));
    },
    "/bucket": (response, _request, body) => {
      seen.push(body);
      response.writeHead(204).end();
    },
  };
  const photo = new Request("http://localhost/aws/execute-api/Upload?name=Fr%C3%BChling.png", {
    method: "POST",
    headers: { "content-type": "image/png", "content-length": "6" },
    body: "pixels",
  });
  expect(await uploadPhoto(clients(), await photoOf(photo))).toEqual({ body: { image: "s3://b/uploads/1.png" } });
  expect(Buffer.from(seen[0] ?? "", "latin1").toString()).toBe(
    '{"contentType":"image/png","bytes":6,"name":"Frühling.png"}',
  );
  expect(seen[1]).toMatch(/name="key"\r\n\r\nuploads\/1\.png[\s\S]*name="file"[\s\S]*image\/png\r\n\r\npixels\r\n/);
  expect([keys["/uploads"], keys["/bucket"]]).toEqual(["secret", undefined]);
});

it("reports what the bucket says about a photo that it refuses", async () => {
  routes = {
    "/uploads": (response) =>
      response.end(JSON.stringify({ uploadUrl: `${url}/bucket`, fields: {}, image: "s3://b/uploads/1.png" })),
    "/bucket": (response) =>
      response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>The form has expired.</Message></Error>"),
  };
  const photo = { name: "a.png", contentType: "image/png", bytes: new ArrayBuffer(1) };
  await expect(uploadPhoto(clients(), photo)).rejects.toMatchObject({
    status: 403,
    code: "AccessDenied",
    message: '"a.png" could not be stored: The form has expired.',
  });
});

it("refuses a photo of unknown or too large size before it reads it", async () => {
  const request = new Request("http://localhost/", { method: "POST", body: "x" });
  await expect(photoOf(request)).rejects.toMatchObject({ status: 413, code: "PayloadTooLarge" });
});
