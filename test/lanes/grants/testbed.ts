import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { capture, createRuntime, type Graph, keptKeyPair, listen, type Runtime } from "#local-aws";
import { cacheEnvironment } from "../../../contract/cache.ts";
import { prefixes } from "../../../contract/workflow.ts";
import { openReceiver, type Receiver } from "../support/receiver.ts";
import { Patience } from "./patience.ts";

const root = path.resolve(import.meta.dirname, "../../..");
/** Represents another team's bucket. The program does not contain it, so the testbed declares it. */
export const otherBucket = "other-photos";
export const otherKey = "photo.jpg";
/** A manifest in the other bucket and below `samples/`, with one photo that is not fetched. */
export const manifestKey = "lists/one.csv";
/** A manifest in the other bucket whose plan is uploaded in several parts. */
export const longManifest = { key: "lists/long.csv", images: 40_000 };

/** Evaluates the program of a stack. `configuration` overrides the stack's own settings. */
export function captured(stack: string, configuration: Readonly<Record<string, string>> = {}, url?: string) {
  const overrides = Object.entries(configuration).map(([key, value]) => [`deep-learning-workflow:${key}`, value]);
  return capture({
    root,
    stack,
    overrides: Object.fromEntries(overrides) as Record<string, string>,
    ...(url !== undefined && { endpointBase: url }),
  });
}

/** The runtime of `npm start` in this process, behind its real server, with all settings that add grants. */
export interface Testbed {
  readonly url: string;
  readonly dataDir: string;
  readonly apiKey: string;
  readonly graph: Graph;
  readonly runtime: Runtime;
  readonly patience: Patience;
  /** A photo that is not sent before `release` is called, so that a fetch waits. */
  readonly slow: { readonly url: string; release(): void };
  /** A photo whose host fails each time. */
  readonly brokenUrl: string;
  /** Takes webhooks, but refuses those for a path that begins with `/gone`. */
  readonly receiver: Receiver;
  /** Serves a variant of the graph. The functions in `renew` get new sandboxes now, and again with the next variant. */
  serve(variant: Graph, renew?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** All settings that add grants. Images may come from `host`. */
export function withEveryGrant(host: string): Readonly<Record<string, string>> {
  return {
    tracing: "true",
    modelSource: "bucket",
    imageBuckets: JSON.stringify([otherBucket]),
    allowedImageHosts: JSON.stringify([host]),
    apiGatewayAccountRole: "manage",
    apiAccessLogs: "true",
    alarmAddress: "team@example.com",
    inlineLimit: "4096",
    resultsListLimit: "100000",
  };
}

export async function openTestbed(): Promise<Testbed> {
  const waiting = new Set<http.ServerResponse>();
  const files = http.createServer((request, response) => {
    if (request.url === "/broken.jpg") response.writeHead(500).end();
    else waiting.add(response);
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  const receiver = await openReceiver((path) => (path.startsWith("/gone") ? 410 : 204));
  const host = `localhost:${(files.address() as AddressInfo).port}`;
  const server = await listen(0);
  const closeServers = async (): Promise<void> => {
    await server.close();
    await receiver.close();
    files.closeAllConnections();
    await new Promise((resolve) => files.close(resolve));
  };
  const program = await captured("dev", { ...withEveryGrant(host), ...receiver.settings }, server.url).catch(
    async (error: unknown) => {
      await closeServers();
      throw error;
    },
  );
  const graph = withOtherBucket(program);
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "dlw-grants-"));
  // Warnings that a mutant causes are expected.
  const warn = (): void => undefined;
  const operator = keptKeyPair(path.join(dataDir, "operator-key.json"));
  const runtime = await createRuntime({
    graph,
    accepted: false,
    dataDir,
    port: server.port,
    operator,
    warn,
    hostVariables: cacheEnvironment(),
  });
  server.serve({ ...runtime.surface, page: async () => undefined });

  const generations = new Map<string, number>();
  let stale: readonly string[] = [];
  const target = { url: server.url, apiKey: graph.restApis[0]?.apiKeys.find(({ enabled }) => enabled)?.value ?? "" };
  return {
    ...target,
    dataDir,
    graph,
    runtime,
    patience: new Patience(target, runtime.iam),
    receiver,
    slow: {
      url: `http://${host}/slow.jpg`,
      release() {
        for (const response of waiting) response.writeHead(404).end();
        waiting.clear();
      },
    },
    brokenUrl: `http://${host}/broken.jpg`,
    async serve(variant, renew = []) {
      for (const name of new Set([...stale, ...renew])) generations.set(name, (generations.get(name) ?? 0) + 1);
      stale = renew;
      await runtime.update({ ...variant, functions: variant.functions.map((each) => generation(each, generations)) });
    },
    async close() {
      await closeServers();
      await runtime.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function withOtherBucket(graph: Graph): Graph {
  const bucket = { name: otherBucket, arn: `arn:aws:s3:::${otherBucket}`, cors: [], expirations: [] };
  const [photo] = graph.objects;
  if (!photo) throw new Error("the program declares no sample photo");
  const one = { source: { content: "image\nhttps://refused.example.com/a.jpg\n" }, contentType: "text/csv" };
  const long = `https://refused.example.com/${"long/".repeat(40)}`;
  const lines = Array.from({ length: longManifest.images }, (_, at) => `${long}${at}.jpg\n`).join("");
  const objects = [
    { ...photo, bucket: otherBucket, key: otherKey },
    { ...photo, ...one, bucket: otherBucket, key: manifestKey },
    { ...photo, ...one, key: `${prefixes.samples}${manifestKey}` },
    { ...photo, ...one, source: { content: `image\n${lines}` }, bucket: otherBucket, key: longManifest.key },
  ];
  return { ...graph, buckets: [...graph.buckets, bucket], objects: [...graph.objects, ...objects] };
}

/** A changed environment variable creates a new version, and therefore new sandboxes. */
function generation(declared: Graph["functions"][number], generations: ReadonlyMap<string, number>) {
  const number = generations.get(declared.name);
  if (number === undefined) return declared;
  return { ...declared, environment: { ...declared.environment, GENERATION: String(number) } };
}
