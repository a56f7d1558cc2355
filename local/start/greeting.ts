import pc from "picocolors";
import { sampleKey } from "../../contract/workflow.ts";
import type { Graph } from "../graph.ts";
import type { Lambda } from "../lambda/lambda.ts";

export interface GreetingOptions {
  readonly url: string;
  readonly graph: Graph;
  readonly engine: string;
  readonly capacity: ReturnType<Lambda["capacity"]>;
}

/** What is printed last: where it runs, with what, and lines to paste that show a result. */
export function greeting({ url, graph, engine, capacity }: GreetingOptions): string {
  const apiKey = graph.restApis[0]?.apiKeys.find(({ enabled }) => enabled)?.value;
  const { machine, functions } = capacity;
  const sandboxes = functions.map(({ name, concurrency }) => `${shortName(name)} ${concurrency}`).join(", ");
  const header = apiKey === undefined ? "" : ` -H 'x-api-key: ${apiKey}'`;
  const bucket = graph.objects.find(({ key }) => key === sampleKey)?.bucket;
  const post = (image: string): string =>
    `curl -s ${url}/classify${header} -H 'content-type: application/json' -d '["${image}"]'`;
  return [
    "",
    `${pc.bold("Ready:")} ${pc.cyan(url)}  (API and console, this machine only)`,
    `Engine:   ${engine}`,
    `Capacity: ${machine.cores} cores, ${machine.memoryMb} MB for sandboxes; at once: ${sandboxes}; further calls wait`,
    "",
    "Classify the sample photo, and wait for the result:",
    "",
    `  status=$(${post(`${url}/${sampleKey}`)} | sed 's/.*"statusUrl":"\\([^"]*\\)".*/\\1/')`,
    `  while curl -s${header} "$status" | tee /tmp/classified.json | grep -q RUNNING; do sleep 0.2; done; cat /tmp/classified.json; echo`,
    ...(bucket === undefined
      ? []
      : [
          "",
          "The same photo by its place in the bucket, answered at once:",
          "",
          `  ${post(`s3://${bucket}/${sampleKey}`).replace("/classify", "/classify/sync")}`,
        ]),
    "",
    pc.dim(`AWS CLI and SDKs: AWS_ENDPOINT_URL=${url}, any access key. Ctrl-C ends everything.`),
  ].join("\n");
}

/** `dev-classify-1a2b3c4` as its readers call it. */
function shortName(name: string): string {
  return name.replace(/-[0-9a-f]{7}$/, "");
}
