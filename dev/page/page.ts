import type { Graph, KeyPair, S3 } from "#local-aws";
import type { Connection } from "../../console/server/clients.ts";
import {
  type ConsoleConfiguration,
  type ConsoleMachine,
  createConsolePage,
} from "../../console/server/console-page.ts";
import { costInputsOf } from "../../console/server/estimate.ts";
import type { PageSessions } from "../../console/server/page-session.ts";
import { SharingKeeper } from "../../console/server/sharing-keeper.ts";
import { functionDefinitions } from "../../contract/functions.ts";
import { prefixes } from "../../contract/workflow.ts";

type StateMachine = Graph["stateMachines"][number];

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

/** Serves what AWS does not: the console, and the bucket's sample photos without a signature. */
export function createPage(options: PageOptions): (request: Request) => Promise<Response | undefined> {
  const { root, sessions, graph } = options;
  const page = createConsolePage({
    root,
    sessions,
    connection: () => connectionOf(options),
    configuration: () => ({ ...configurationOf(graph()), architecture: costInputs(graph())?.architecture }),
    costInputs: () => costInputs(graph()),
    keeper: new SharingKeeper(),
  });
  return async (request) => {
    const { pathname } = new URL(request.url);
    const isSample = pathname.startsWith(`/${prefixes.samples}`) && ["GET", "HEAD"].includes(request.method);
    return isSample ? sample(options, pathname.slice(1), request) : page(request);
  };
}

function connectionOf({ graph, port, operator }: PageOptions): Connection {
  const { region, restApis } = graph();
  const url = `http://localhost:${port}`;
  const key = restApis[0]?.apiKeys.find(({ enabled }) => enabled)?.value;
  const api = key === undefined ? { url } : { url, key };
  return { region, endpoint: url, credentials: operator, api };
}

function configurationOf({
  stack,
  region,
  accountId,
  stateMachines,
  functions,
  buckets,
  outputs,
}: Graph): ConsoleConfiguration {
  const textOf = (name: string): string | undefined => {
    const value = outputs[name]?.value;
    return typeof value === "string" ? value : undefined;
  };
  return {
    stack,
    region,
    accountId,
    stateMachines: stateMachines.map(({ name, arn, type, logging }) => ({ name, arn, type, log: logOf(logging) })),
    functions: functions.map(({ name, command, logGroupName: logGroup, memorySizeMb: memoryMb }) => ({
      name,
      title: titleOf(command),
      logGroup,
      memoryMb,
    })),
    workflowArn: textOf("stateMachineArn"),
    delayedStartArn: textOf("delayedStartArn"),
    buckets: buckets.map(({ name }) => name),
  };
}

/** The product's name of a function: that of its handler. */
function titleOf([command]: readonly string[]): string {
  const found = Object.entries(functionDefinitions).find(([, { handler }]) => handler === command);
  return found?.[0] ?? command ?? "";
}

function logOf(logging: StateMachine["logging"]): ConsoleMachine["log"] {
  const { level = "OFF", includeExecutionData = false, logGroupName } = logging ?? {};
  if (level === "OFF" || logGroupName === undefined) return undefined;
  return { group: logGroupName, level, data: includeExecutionData };
}

function costInputs({ outputs, stateMachines }: Graph): ReturnType<typeof costInputsOf> {
  const main = stateMachines.find(({ arn }) => arn === outputs["stateMachineArn"]?.value);
  return costInputsOf(outputs["costSettings"]?.value, main?.definition);
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
