import path from "node:path";
import { type Graph, getObject, type S3 } from "#local-aws";
import { prefixes } from "../contract/workflow.ts";
import { createConsoleScript } from "./console-script.ts";
import { pageFile, staticFile } from "./static.ts";

export interface PageOptions {
  /** Folder of the project. */
  readonly root: string;
  readonly port: number;
  readonly graph: () => Graph;
  readonly s3: S3;
}

/** Credentials of the operator: any key that this runtime did not issue has these rights, so they are no secret. */
const operatorKey = { accessKeyId: "operator", secretAccessKey: "operator" };

/**
 * What the port serves that AWS would not: the console, `/console/config.json` that connects it to the services, and
 * the bucket's sample photos without a signature.
 */
export function createPage(options: PageOptions): (request: Request) => Promise<Response | undefined> {
  const { root, port } = options;
  const script = createConsoleScript(root);
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    const { pathname } = new URL(request.url);
    if (pathname === "/console/config.json") return consoleConfiguration(options, request);
    if (pathname.startsWith(`/${prefixes.samples}`)) return sample(options, pathname.slice(1), request);
    if (pathname === "/console.js") return pageFile(await script(), "text/javascript; charset=utf-8", request, port);
    return staticFile(path.join(root, "console"), request, port);
  };
}

/**
 * How the console reaches the services. Only the page itself gets it: a browser says for every request which page it
 * comes from (`Sec-Fetch-Site`), and no page can say otherwise.
 */
function consoleConfiguration({ graph, port }: PageOptions, request: Request): Response {
  if (request.headers.get("sec-fetch-site") !== "same-origin") {
    return Response.json({ message: "Only the console of this server may read its configuration." }, { status: 403 });
  }
  const { project, stack, region, accountId, stateMachines, functions, buckets, restApis, outputs } = graph();
  const key = restApis[0]?.apiKeys.find(({ enabled }) => enabled);
  return Response.json(
    {
      ...{ project, stack, region, accountId },
      endpoint: `http://localhost:${port}`,
      credentials: operatorKey,
      ...(key === undefined ? {} : { apiKey: key.value }),
      stateMachines: stateMachines.map(({ name, arn, type }) => ({ name, arn, type })),
      workflowArn: outputs["stateMachineArn"]?.value,
      functions: functions.map(({ name, arn, logGroupName }) => ({ name, arn, logGroupName })),
      buckets: buckets.map(({ name }) => name),
    },
    { headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
  );
}

async function sample({ graph, s3 }: PageOptions, place: string, request: Request): Promise<Response | undefined> {
  const key = decode(place);
  for (const { name } of graph().buckets) {
    const store = s3.store(name);
    if (!store?.find(key)) continue;
    const response = await getObject(store, key, request);
    response.headers.set("access-control-allow-origin", "*");
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
