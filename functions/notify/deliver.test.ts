import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DeliveryRules, deliver } from "./deliver.ts";

const secretOf = (text: string) => `whsec_${Buffer.alloc(32, text).toString("base64")}`;
const [current, former] = [secretOf("current"), secretOf("former")];
const message = { id: "msg_1", body: '{"type":"execution.succeeded"}' };

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly method: string | undefined;
  readonly body: string;
}
let receiver: Server;
let rules: DeliveryRules;
let address: string;
let received: Received[];
let respond: (response: ServerResponse) => void;

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  receiver = createServer({ key, cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, method: request.method, body: Buffer.concat(chunks).toString() });
    respond(response);
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  address = `https://localhost:${port}/hook`;
  rules = {
    hosts: [`localhost:${port}`],
    secrets: [current],
    authorities: cert,
    timeoutMs: 30_000,
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
  };
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});
beforeEach(() => {
  received = [];
  respond = (response) => response.end("thanks");
});

const status = (code: number, headers: Record<string, string> = {}) => {
  respond = (response) => response.writeHead(code, headers).end();
};
const failure = (over: Partial<DeliveryRules> = {}, to = address) =>
  deliver(to, message, { ...rules, ...over }).then(
    () => undefined,
    ({ name, message: text }: Error) => `${name}: ${text}`,
  );

describe("a webhook", () => {
  it("is a signed POST that a library of Standard Webhooks verifies", async () => {
    expect(await deliver(address, message, rules)).toMatchObject({ status: 200 });
    const [{ method, headers, body } = { method: "", headers: {}, body: "" }] = received;
    expect(method).toBe("POST");
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["webhook-id"]).toBe("msg_1");
    expect(new Webhook(current).verify(body, headers as Record<string, string>)).toEqual({
      type: "execution.succeeded",
    });
    expect(() => new Webhook(former).verify(body, headers as Record<string, string>)).toThrow("No matching signature");
  });

  it("has a signature of each secret while they change", async () => {
    await deliver(address, message, { ...rules, secrets: [current, former] });
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    for (const secret of [current, former]) new Webhook(secret).verify(body, headers as Record<string, string>);
  });

  it.each([200, 201, 202, 204, 299])("is delivered by a %i", async (code) => {
    status(code);
    expect(await deliver(address, message, rules)).toMatchObject({ status: code });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])("is tried again after a %i", async (code) => {
    status(code);
    expect(await failure()).toMatch(/^WebhookNotDelivered: "localhost:\d+" responded with/);
  });

  it.each([400, 401, 403, 404, 410, 422])("is given up after a %i", async (code) => {
    status(code);
    expect(await failure()).toMatch(/^WebhookRefused: "localhost:\d+" does not take the webhook/);
  });

  it.each([301, 302, 303, 307, 308])("does not follow a %i", async (code) => {
    status(code, { location: address });
    expect(await failure()).toMatch(/^WebhookNotDelivered: .* redirects/);
    expect(received).toHaveLength(1);
  });

  it("waits for a response as long as an attempt may take, and no longer", async () => {
    respond = () => {};
    expect(await failure({ timeoutMs: 200 })).toMatch(/^WebhookNotDelivered: .* did not respond within 200 ms/);
  });

  it("is delivered by a response that never ends, of which it reads no more than it must", async () => {
    let sent = 0;
    respond = (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.writable && response.write("x".repeat(1_024))) sent += 1;
      };
      response.on("drain", more).on("close", () => response.destroy());
      more();
    };
    expect(await deliver(address, message, rules)).toMatchObject({ status: 200 });
    expect(sent).toBeLessThan(10_000);
  });

  it("is tried again where no connection is made, or the certificate is not trusted", async () => {
    expect(await failure({ authorities: "" })).toMatch(
      /^WebhookNotDelivered: .* cannot be called: (DEPTH_ZERO_)?SELF_SIGNED/,
    );
    respond = (response) => response.socket?.destroy();
    expect(await failure()).toMatch(/^WebhookNotDelivered: .* cannot be called: /);
    const nowhere = async () => {
      throw Object.assign(new Error("no such host"), { code: "ENOTFOUND" });
    };
    expect(await failure({ resolve: nowhere })).toMatch(/^WebhookNotDelivered: The host "localhost" cannot be found/);
  });
});

describe("an address that is not called", () => {
  it.each([
    ["another host", "https://example.com/", /WebhookRefused: The host "example.com" is not allowed.*"notifyHosts"/],
    ["plain http", "http://localhost/", /WebhookRefused: .* is not an https address/],
    ["another scheme", "file:///etc/passwd", /is not an https address/],
    ["no address", "hooks", /is not an https address/],
    [
      "credentials",
      "https://user:secret@localhost/",
      /WebhookRefused: .* contains credentials for "localhost": remove/,
    ],
    ["a port of another protocol", "https://localhost:25/", /WebhookRefused: The port 25/],
  ])("%s", async (_what, to, expected) => {
    expect(await failure({}, to)).toMatch(expected);
    expect(await failure({}, to)).not.toContain("secret@");
  });

  it.each(["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1"])(
    "a public name that leads to %s",
    async (special) => {
      const resolve = async () => [{ address: special, family: special.includes(":") ? 6 : 4 }];
      expect(await failure({ hosts: ["*"], resolve }, "https://hooks.example.com/")).toMatch(
        /WebhookRefused: .* has an address that is not public.*"notifyHosts"/,
      );
      expect(received).toEqual([]);
    },
  );

  it("any, without a secret", async () => {
    expect(await failure({ secrets: [] })).toMatch(/WebhookRefused: .*"webhookSecret"/);
    expect(received).toEqual([]);
  });
});
