import pc from "picocolors";
import { clientEnvironment, describeNode, type Graph, type KeyPair, type Lambda, type SandboxNode } from "#local-aws";
import { sampleKey } from "../contract/workflow.ts";
import { within } from "./terminal.ts";

export interface GreetingOptions {
  readonly url: string;
  readonly operator: KeyPair;
  readonly graph: Graph;
  readonly engine: string;
  readonly dataDir: string;
  /** The client uses this folder by default. */
  readonly isDefaultData: boolean;
  readonly nodes: readonly SandboxNode[];
  /** Width of the terminal; undefined if lines have no limit. */
  readonly columns: number | undefined;
  readonly capacity: ReturnType<Lambda["capacity"]>;
}

/** The text before the last line: addresses, settings, and commands to paste that show a result. */
export function greeting(options: GreetingOptions): string {
  const { url, operator, graph, engine, dataDir, isDefaultData, capacity, columns } = options;
  const apiKey = graph.restApis[0]?.apiKeys.find(({ enabled }) => enabled)?.value;
  const { machine, functions } = capacity;
  const sandboxes = graph.functions
    .filter(({ command }) => !command[0]?.startsWith("examples/"))
    .map(({ name, command }) => {
      const concurrency = functions.find((each) => each.name === name)?.concurrency;
      return `${command[0]?.split("/")[0]} ${concurrency}`;
    });
  const header = apiKey === undefined ? "" : ` -H 'x-api-key: ${apiKey}'`;
  const bucket = graph.objects.find(({ key }) => key === sampleKey)?.bucket;
  const post = (image: string): string =>
    `curl -s ${url}/classify${header} -H 'content-type: application/json' -d '["${image}"]'`;
  const limits = `calls at once: ${sandboxes.join(", ")}; more calls wait`;
  const facts = [
    `Engine:   ${engine}`,
    ...options.nodes.map((node) => `Sandbox:  ${describeNode(node)}`),
    `Capacity: ${machine.cores} cores, ${machine.memoryMb} MB for sandboxes; ${limits}`,
    `Data:     ${dataDir} (--data DIR uses another; npm start -- --help lists all options)`,
  ];
  // The client finds the service by its data folder.
  const data = isDefaultData ? "" : `--data ${JSON.stringify(dataDir)} `;
  const lines = [
    "",
    ...facts.flatMap((fact) => within(fact, columns, "Engine:   ".length)),
    "",
    "Classify the sample photo, then your own, in another terminal:",
    "",
    `  npm run classify -- ${data}${url}/${sampleKey}`,
    `  npm run classify -- ${data}photo.jpg folder/ https://…`,
    "",
    "The sample photo by HTTP, until its result is there:",
    "",
    `  status=$(${post(`${url}/${sampleKey}`)} | sed 's/.*"statusUrl":"\\([^"]*\\)".*/\\1/')`,
    `  while r=$(curl -s${header} "$status"); echo "$r" | grep -q RUNNING; do sleep 0.2; done; echo "$r"`,
    ...(bucket === undefined
      ? []
      : [
          "",
          "The same photo by its location in the bucket, with the result in the response:",
          "",
          `  ${post(`s3://${bucket}/${sampleKey}`).replace("/classify", "/classify/sync")}`,
        ]),
    "",
    "For the AWS CLI and SDKs:",
    "",
    ...clientEnvironment(url, graph.region, operator).map((line) => `  ${line}`),
    "",
    pc.dim("Press Ctrl-C to stop."),
  ];
  // What is set in is to be pasted.
  return lines.flatMap((line) => (line.startsWith(" ") ? [line] : within(line, columns, 0))).join("\n");
}
