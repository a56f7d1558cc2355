import path from "node:path";
import type { RunCostInputs } from "../../contract/cost/cost.ts";
import { createAwsDoor } from "./aws-door.ts";
import type { Connection } from "./clients.ts";
import { createConsoleScript } from "./console-script.ts";
import type { DoorKeeper } from "./door-keeper.ts";
import { estimateOf } from "./estimate.ts";
import type { PageSessions } from "./page-session.ts";
import { Refusal } from "./refusal.ts";
import { createStackMapper } from "./source-map.ts";
import { pageFile, staticFile } from "./static.ts";

export interface ConsoleMachine {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  /** What is logged of its executions, and where; absent if nothing is logged. */
  readonly log?: { readonly group: string; readonly level: string; readonly data: boolean } | undefined;
}

export interface ConsoleFunction {
  /** Name in AWS, as in the function's ARN. */
  readonly name: string;
  /** Its name in the product, such as `classify`. */
  readonly title: string;
  readonly logGroup: string;
  readonly memoryMb?: number | undefined;
}

/** What the page knows of its stack. It contains no secret. */
export interface ConsoleConfiguration {
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly stateMachines: readonly ConsoleMachine[];
  /** The functions that the state machines call. */
  readonly functions: readonly ConsoleFunction[];
  /** Of the functions' processors. @default x86_64 */
  readonly architecture?: "x86_64" | "arm64" | undefined;
  /** The machine that `POST /classify` starts. */
  readonly workflowArn: string | undefined;
  /** The machine that holds its executions until they may start. */
  readonly delayedStartArn: string | undefined;
  readonly buckets: readonly string[];
  /** Present for a stack on AWS. */
  readonly deployed?: {
    /** Whether the page may start, stop and redrive executions. */
    readonly writable: boolean;
    /** Address of the product's API, for the commands that the page shows. */
    readonly api?: string | undefined;
  };
}

export interface ConsolePageOptions {
  /** Folder of the project. */
  readonly root: string;
  readonly sessions: PageSessions;
  /** Called for each request, because an edit of the program may have changed the stack. */
  readonly connection: () => Connection;
  readonly configuration: () => ConsoleConfiguration;
  /** What an estimate of cost depends on. @default there is no estimate */
  readonly costInputs?: () => RunCostInputs | undefined;
  /** @default every operation that the page uses is called at once */
  readonly keeper?: DoorKeeper;
}

/**
 * Serves the console: its files, its configuration (`/console/config.json`) and its access to the services
 * (`/aws/<service>/<operation>`). Returns undefined for any other request.
 */
export function createConsolePage(options: ConsolePageOptions): (request: Request) => Promise<Response | undefined> {
  const { root, sessions } = options;
  const script = createConsoleScript(root);
  const aws = createAwsDoor({ ...options, mapStack: createStackMapper(root) });
  return async (request) => {
    const operation = await aws(request);
    if (operation) return operation;
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const { pathname } = new URL(request.url);
    if (pathname === "/console/config.json") return own(options, request, options.configuration);
    if (pathname === "/console/estimate.json") {
      const images = new URL(request.url).searchParams.get("images");
      return own(options, request, () => estimateOf(images, options.costInputs?.()));
    }
    if (pathname === "/console.js") return pageFile(await script(), "text/javascript; charset=utf-8", request);
    const file = await staticFile(path.join(root, "console"), request);
    // The page contains no secret, so it is public; its requests need the session that begins here.
    return pathname === "/" && file ? withSession(sessions, request, file) : file;
  };
}

function withSession(sessions: PageSessions, request: Request, page: Response): Response {
  const cookie = sessions.start(request);
  // The token has been used; it must not stay in the address bar, from which it could be copied.
  const hasToken = new URL(request.url).searchParams.has("token");
  const response = hasToken ? new Response(null, { status: 303, headers: { location: "/" } }) : page;
  if (cookie !== undefined) response.headers.append("set-cookie", cookie);
  response.headers.set("cache-control", "no-store");
  return response;
}

/**
 * Only the console gets this data: the browser states the origin of every request (`Sec-Fetch-Site`), and no
 * page can forge that.
 */
function own({ sessions }: ConsolePageOptions, request: Request, read: () => object): Response {
  if (request.headers.get("sec-fetch-site") !== "same-origin") {
    return Response.json({ message: "Only the console of this server may read its configuration." }, { status: 403 });
  }
  if (!sessions.has(request)) {
    const message = "This browser has no session: open the URL that the terminal printed.";
    return Response.json({ code: "NoSession", message }, { status: 401 });
  }
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  try {
    return Response.json(read(), { headers });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Response.json({ code: error.code, message: error.message }, { status: error.status, headers });
  }
}
