import { z } from "zod";
import type { Connection } from "./clients.ts";
import { ConnectedClients } from "./connected-clients.ts";
import type { DoorKeeper } from "./door-keeper.ts";
import type { Operation } from "./operation.ts";
import type { PageSessions } from "./page-session.ts";
import { photoOf } from "./photo-upload.ts";
import { Refusal } from "./refusal.ts";
import type { MapStack } from "./source-map.ts";

/** Maximum bytes of a request: a Step Functions definition or input with its JSON envelope. */
const maxBytes = 4 * 1024 * 1024;

/** Operations whose responses may contain stacks of the functions. */
const withStacks: readonly string[] = ["FilterLogEvents", "GetExecutionHistory", "DescribeExecution", "TestState"];

export interface AwsDoorOptions {
  readonly sessions: PageSessions;
  /** Called for each request, because an edit of the program may have changed the stack. */
  readonly connection: () => Connection;
  /** @default every call is made at once */
  readonly keeper?: DoorKeeper;
  /** Translates positions of stacks in logs and histories. @default positions are those in the bundles */
  readonly mapStack?: MapStack;
}

/**
 * The page's access to AWS: `POST /aws/<service>/<operation>` with the operation's input as JSON, or a photo as it is.
 * This server signs the request or adds the API key, so the page needs no credentials. Returns undefined for any other
 * path.
 */
export function createAwsDoor(options: AwsDoorOptions): (request: Request) => Promise<Response | undefined> {
  const { sessions, connection, keeper, mapStack = (text) => text } = options;
  const clients = new ConnectedClients();
  return async (request) => {
    const [matched, service = "", name = ""] = /^\/aws\/([^/]+)\/([^/]+)$/.exec(new URL(request.url).pathname) ?? [];
    if (matched === undefined) return undefined;
    try {
      refuseStrangers(request, sessions);
      const operation = await operationOf(service, name);
      const input = await (name === "Upload" ? photoOf(request) : inputOf(request));
      const make = async () => operation(await clients.of(connection()), input);
      const { status = 200, body } = await (keeper ? keeper.pass({ service, operation: name, input }, make) : make());
      const text = JSON.stringify(body ?? {});
      return json(status, withStacks.includes(name) ? mapStack(text) : text);
    } catch (error) {
      return failure(error);
    }
  };
}

async function operationOf(service: string, name: string): Promise<Operation> {
  // The SDK takes a while to load, so it is loaded on the first request.
  const { operations } = await import("./operations.ts");
  const offered = Object.hasOwn(operations, service) ? operations[service] : undefined;
  const operation = offered && Object.hasOwn(offered, name) ? offered[name] : undefined;
  if (operation) return operation;
  throw new Refusal(404, "UnknownOperation", `The console does not use "${service}/${name}".`);
}

/**
 * Rejects a request that lacks this server's Origin or the session cookie: a page from another origin sends neither.
 */
function refuseStrangers(request: Request, sessions: PageSessions): void {
  if (request.method !== "POST") throw new Refusal(405, "MethodNotAllowed", "Call operations with POST.");
  if (request.headers.get("origin") !== new URL(request.url).origin) {
    throw new Refusal(403, "ForeignOrigin", "Only the console of this server may call its operations.");
  }
  if (!sessions.has(request)) {
    throw new Refusal(401, "NoSession", "This browser has no session: open the URL that the terminal printed.");
  }
}

async function inputOf(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? Number.NaN) > maxBytes) {
    throw new Refusal(413, "RequestTooLarge", `A request may have at most ${maxBytes} bytes.`);
  }
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxBytes)
    throw new Refusal(413, "RequestTooLarge", `A request may have at most ${maxBytes} bytes.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Refusal(400, "InvalidRequest", `The input of an operation must be JSON: ${(cause as Error).message}.`);
  }
}

/** An SDK error: its name is AWS's error name, and its status is that of the HTTP response. */
const ServiceFailure = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
});

function failure(error: unknown): Response {
  if (error instanceof Refusal) return refusal(error.status, error.code, error.message);
  if (error instanceof z.ZodError) return refusal(400, "InvalidRequest", z.prettifyError(error));
  const { data } = ServiceFailure.safeParse(error);
  if (data?.$metadata?.httpStatusCode !== undefined) {
    return refusal(data.$metadata.httpStatusCode, data.name, data.message);
  }
  // No response arrived: the service is unavailable, or no credentials were found.
  return refusal(502, data?.name ?? "Unknown", data?.message ?? String(error));
}

function json(status: number, text: string): Response {
  const headers = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return new Response(text, { status, headers });
}

function refusal(status: number, code: string, message: string): Response {
  return json(status, JSON.stringify({ code, message }));
}
