import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createConsolePage } from "../console-page.ts";
import { PageSessions } from "../page-session.ts";
import { PacedKeeper } from "./paced-keeper.ts";
import type { DeployedStack } from "./stack.ts";

export interface ConsoleServer {
  /** The address that opens a session, once: it contains a token. */
  readonly entrance: string;
  close(): Promise<void>;
}

const timeouts = { headersTimeout: 10_000, requestTimeout: 60_000 } as const;
const address = "127.0.0.1";

/**
 * Serves the console of a deployed stack on a loopback port, for whoever opens the entrance.
 * @param port 0: any free port
 * @throws Error with code "EADDRINUSE" if the port is in use
 */
export async function serveConsole(stack: DeployedStack, root: string, port: number): Promise<ConsoleServer> {
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void = (_, outgoing) => void outgoing.end();
  const server = createServer({ ...timeouts, maxHeaderSize: 32 * 1024 }, (incoming, outgoing) =>
    answer(incoming, outgoing),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  const ownPort = (server.address() as AddressInfo).port;
  const sessions = new PageSessions({ port: ownPort, requiresToken: true });
  const page = createConsolePage({
    root,
    sessions,
    connection: () => stack.connection,
    configuration: () => stack.configuration,
    costInputs: () => stack.costInputs,
    keeper: new PacedKeeper(stack.scope),
  });
  const listener = getRequestListener(
    async (request) => (await page(request)) ?? Response.json({ message: "Not found." }, { status: 404 }),
    { overrideGlobalObjects: false },
  );
  const hosts = [`localhost:${ownPort}`, `${address}:${ownPort}`];
  answer = (incoming, outgoing) => {
    // Another name that leads here is a page that uses DNS rebinding.
    if (hosts.includes(incoming.headers.host ?? "")) return void listener(incoming, outgoing);
    incoming.resume();
    outgoing.writeHead(421, { "content-type": "application/json", connection: "close" });
    outgoing.end(JSON.stringify({ message: `This server is http://${hosts[0]} only.` }));
  };
  return {
    entrance: `http://${hosts[0]}${sessions.entrance}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
