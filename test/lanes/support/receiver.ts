import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import { Webhook } from "standardwebhooks";
import { WebhookMessage as Schema, type WebhookMessage } from "../../../contract/webhook.ts";

/** A webhook that arrived, with its verified signature. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly message: WebhookMessage;
}

/** A receiver of webhooks on loopback with a self-signed certificate, and the settings with which a stack calls it. */
export interface Receiver {
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** `status` decides the response by path and by the number of the attempt with this id, from 1. */
export async function openReceiver(status: (path: string, attempt: number) => number = () => 204): Promise<Receiver> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const secret = `whsec_${Buffer.alloc(32, "lane").toString("base64")}`;
  const received: Received[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new Webhook(secret).verify(Buffer.concat(chunks), request.headers as Record<string, string>);
    const id = String(request.headers["webhook-id"]);
    const path = request.url ?? "/";
    received.push({ id, path, message: Schema.parse(body) });
    response.writeHead(status(path, received.filter((each) => each.id === id).length)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: `https://${host}`,
    settings: { notifyHosts: JSON.stringify([host]), webhookSecret: secret, notifyAuthorities: cert },
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
