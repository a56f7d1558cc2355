import type { AddressInfo } from "node:net";
import { SFNClient } from "@aws-sdk/client-sfn";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Service } from "../../service.ts";
import { operator } from "./harness.ts";

/** Starts the service on a loopback port, and AWS's own client for it. */
export async function serveStates(
  service: Service,
): Promise<{ client: SFNClient; url: string; close(): Promise<void> }> {
  const app = new Hono();
  app.all("*", (context) => service(context.req.raw, operator));
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new SFNClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "operator", secretAccessKey: "operator" },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
  return {
    client,
    url,
    async close() {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
