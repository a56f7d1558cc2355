import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { xml } from "../s3/error.ts";
import { dispatch, type Surface } from "./dispatch.ts";
import { isOwnHost } from "./host.ts";
import { isKeptByUrl } from "./path.ts";
import { printable } from "./printable.ts";
import { serviceOf } from "./scope.ts";

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Accepts no new connections, waits up to `graceMs` for open responses, then ends them. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Limits for slow senders: headers within ten seconds, a whole request within ten minutes (a large upload to a slow
 * disk). A connection without a request stays open for longer than a busy machine can hold up this process: otherwise
 * the timeout would end it before the request that arrived in the meantime is read.
 */
const timeouts = { headersTimeout: 10_000, requestTimeout: 600_000, keepAliveTimeout: 65_000 } as const;

/**
 * Listens on one loopback port. `surface` may be set later; until then every request receives 503. This way the port is
 * known, and known to be free, before the program is evaluated.
 * @throws Error with code "EADDRINUSE" if the port is in use
 */
export async function listen(port: number): Promise<RunningServer & { serve(surface: Surface): void }> {
  let surface: Surface | undefined;
  let ownPort = port;
  const listener = getRequestListener(
    async (request, env) => {
      if (!surface) return refusal(503, "The service is starting.");
      const { incoming } = env as HttpBindings;
      const sourceIp = (incoming.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
      const target = incoming.url ?? "";
      return dispatch(surface, { request, target, headers: pairs(incoming.rawHeaders), sourceIp });
    },
    {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        console.error(printable(error));
        return refusal(500, "The server failed inside; its terminal shows why.");
      },
    },
  );
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const reason = reasonToRefuse(incoming, ownPort, (name) => surface?.s3.store(name) !== undefined);
    if (reason) {
      end(incoming, outgoing, reason);
      return;
    }
    // Step Functions clients send "sync-127.0.0.1", which is not a valid host in a URL. The raw header, which was
    // signed, is kept.
    incoming.headers.host = incoming.headers.host?.replace(/^sync-/i, "");
    void listener(incoming, outgoing);
  };
  const server = await bind(answer, port, "127.0.0.1");
  ownPort = (server.address() as AddressInfo).port;
  const servers = [server];
  try {
    // Some programs resolve "localhost" to ::1, so the port is also opened there, unless this machine has no IPv6.
    servers.push(await bind(answer, ownPort, "::1"));
  } catch (error) {
    if (port !== 0 && (error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      server.close();
      throw error;
    }
  }
  return {
    port: ownPort,
    url: `http://localhost:${ownPort}`,
    serve(next) {
      surface = next;
    },
    async close(graceMs = 2_000) {
      await Promise.all(servers.map((each) => close(each, graceMs)));
    },
  };
}

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

async function bind(answer: Answer, port: number, address: string): Promise<Server> {
  const server = createServer({ ...timeouts, maxHeaderSize: 32 * 1024 }, answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  return server;
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""] as const] : []));
}

interface Reason {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function reasonToRefuse(
  incoming: IncomingMessage,
  port: number,
  isBucket: (name: string) => boolean,
): Reason | undefined {
  // A browser adds Origin to every request that a page signs or posts, and no Step Functions client in a page needs the
  // prefix.
  const allowsSync = serviceOf(incoming) === "states" && incoming.headers.origin === undefined;
  if (!isOwnHost(incoming.headers.host, { port, isBucket, allowsSync })) {
    const message = `The host "${incoming.headers.host ?? ""}" is not this server: use http://localhost:${port}.`;
    return { status: 421, type: "application/json", body: JSON.stringify({ message }) };
  }
  if (!isKeptByUrl(incoming.url ?? "")) {
    const Message = 'A path must start with "/" and have no backslash and no segment "." or "..".';
    return { status: 400, type: "application/xml", body: xml("Error", { Code: "InvalidURI", Message }) };
  }
  return undefined;
}

function end(incoming: IncomingMessage, outgoing: ServerResponse, { status, type, body }: Reason): void {
  incoming.resume();
  outgoing.writeHead(status, { "content-type": type, connection: "close" });
  outgoing.end(body);
}

function refusal(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
