import { parseArgs } from "node:util";
import { apiLimits } from "../contract/limits.ts";
import { TopK } from "../contract/workflow.ts";
import { usage } from "./failure.ts";

export interface Options {
  readonly inputs: readonly string[];
  readonly format: "table" | "json" | "csv";
  readonly topK: number;
  readonly endpoint?: string;
  readonly apiKey?: string;
  readonly stack?: string;
  readonly dataDir: string;
  readonly help: boolean;
}

export const help = `npm run classify -- [options] <photo, folder, URL, manifest>…

Classifies photos by the service that runs on this machine (npm start) or by a deployed one.
A photo is uploaded; a folder gives the photos in it and below; a URL is https://, http:// or s3://;
a manifest is a file .json (a list), .jsonl, .csv or .txt (one a line) of URLs and photos.

  --json              Results as JSON instead of a table
  --csv               Results as CSV: image, rank, label, probability, error, message
  --top-k N           Labels an image, 1 to ${apiLimits.maxTopK} (default 1)
  --endpoint URL      The API (default: environment DLW_ENDPOINT, else http://localhost:8080)
  --api-key KEY       Its key (default: environment DLW_API_KEY, else that of the local data folder)
  --stack NAME        Takes endpoint and key from the outputs of a Pulumi stack
  --data DIR          Data folder of the local service (default .data)
  --help              This text

Exit codes: 0 all images classified, 1 some have an error, 2 wrong usage, 3 the endpoint is unreachable or
refuses, 4 an execution failed.
`;

/** Reads the command line. @throws CommandFailure */
export function readOptions(parameters: readonly string[]): Options {
  const { values, positionals } = parse(parameters);
  if (values.json && values.csv) throw usage("--json and --csv exclude each other: choose one.");
  const topK = TopK.safeParse(Number(values["top-k"]));
  if (!topK.success) {
    throw usage(`--top-k is "${values["top-k"]}"; it must be a whole number from 1 to ${apiLimits.maxTopK}.`);
  }
  if (values.stack !== undefined && values.endpoint !== undefined) {
    throw usage("--stack and --endpoint exclude each other: both name an API.");
  }
  if (positionals.length === 0 && !values.help) {
    throw usage("Name at least one photo, folder, URL or manifest. --help tells more.");
  }
  const { endpoint, "api-key": apiKey, stack } = values;
  return {
    inputs: positionals,
    format: values.json ? "json" : values.csv ? "csv" : "table",
    topK: topK.data,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(stack === undefined ? {} : { stack }),
    dataDir: values.data,
    help: values.help,
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        csv: { type: "boolean", default: false },
        "top-k": { type: "string", default: "1" },
        endpoint: { type: "string" },
        "api-key": { type: "string" },
        stack: { type: "string" },
        data: { type: "string", default: ".data" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    const sentence = (error as Error).message.replace(/\. To specify a positional.*$/s, ".");
    throw usage(`${sentence} --help tells more.`, { cause: error });
  }
}
