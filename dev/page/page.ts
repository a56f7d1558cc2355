import path from "node:path";
import type { Graph, KeyPair, S3 } from "#local-aws";
import { createAwsDoor } from "../../console/server/aws-door.ts";
import type { Connection } from "../../console/server/clients.ts";
import { createConsoleScript } from "../../console/server/console-script.ts";
import type { PageSessions } from "../../console/server/page-session.ts";
import { pageFile, staticFile } from "../../console/server/static.ts";
import { prefixes } from "../../contract/workflow.ts";

export interface PageOptions {
  /** Folder of the project. */
  readonly root: string;
  readonly port: number;
  readonly graph: () => Graph;
  readonly s3: S3;
  /** Signs the page's requests; the page never sees it. */
  readonly operator: KeyPair;
  readonly sessions: PageSessions;
}

/**
 * Serves what AWS does not: the console, its access to the services (`/console/config.json`,
 * `/aws/<service>/<operation>`), and the bucket's sample photos without a signature.
 */
export function createPage(options: PageOptions): (request: Request) => Promise<Response | undefined> {
  const { root, port, sessions } = options;
  const script = createConsoleScript(root);
  const aws = createAwsDoor({ sessions, connection: () => connectionOf(options) });
  return async (request) => {
    const operation = await aws(request);
    if (operation) return operation;
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const { pathname } = new URL(request.url);
    if (pathname === "/console/config.json") return consoleConfiguration(options, request);
    if (pathname.startsWith(`/${prefixes.samples}`)) return sample(options, pathname.slice(1), request);
    if (pathname === "/console.js") return pageFile(await script(), "text/javascript; charset=utf-8", request, port);
    const file = await staticFile(path.join(root, "console"), request, port);
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

function connectionOf({ graph, port, operator }: PageOptions): Connection {
  const { region, restApis } = graph();
  const url = `http://localhost:${port}`;
  const key = restApis[0]?.apiKeys.find(({ enabled }) => enabled)?.value;
  const api = key === undefined ? { url } : { url, key };
  return { region, endpoint: url, credentials: operator, api };
}

/**
 * The console's configuration, without secrets. Only the console gets it: the browser states the origin of every request
 * (`Sec-Fetch-Site`), and no page can forge that.
 */
function consoleConfiguration({ graph, sessions }: PageOptions, request: Request): Response {
  if (request.headers.get("sec-fetch-site") !== "same-origin") {
    return Response.json({ message: "Only the console of this server may read its configuration." }, { status: 403 });
  }
  if (!sessions.has(request)) {
    const message = "This browser has no session: open the URL that the terminal printed.";
    return Response.json({ code: "NoSession", message }, { status: 401 });
  }
  const { project, stack, region, accountId, stateMachines, functions, buckets, outputs } = graph();
  return Response.json(
    {
      project,
      stack,
      region,
      accountId,
      stateMachines: stateMachines.map(({ name, arn, type }) => ({ name, arn, type })),
      workflowArn: outputs["stateMachineArn"]?.value,
      functions: functions.map(({ name, arn, logGroupName }) => ({ name, arn, logGroupName })),
      buckets: buckets.map(({ name }) => name),
    },
    { headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
  );
}

async function sample({ graph, s3 }: PageOptions, location: string, request: Request): Promise<Response> {
  const key = decode(location);
  for (const { name } of graph().buckets) {
    if (!s3.store(name)?.find(key)) continue;
    const response = await s3.publicObject(name, key, request);
    response.headers.set("content-security-policy", "sandbox; default-src 'none'");
    response.headers.set("x-content-type-options", "nosniff");
    return response;
  }
  return Response.json({ message: `There is no sample "${key}".` }, { status: 404 });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
