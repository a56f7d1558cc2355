import { apiLimits, daySeconds } from "../contract/limits.ts";
import { NotBefore, TopK, WebhookUrl } from "../contract/request.ts";
import { parseOptions } from "../lib/options.ts";
import { usage } from "./failure.ts";

export interface Options {
  readonly inputs: readonly string[];
  readonly format: "table" | "json" | "csv";
  /** File of the contact sheet. */
  readonly html?: string;
  readonly topK: number;
  /** Address that is called when an execution has ended. */
  readonly notify?: string;
  /** When executions begin, in ISO 8601 and UTC; they are started, and not followed. */
  readonly notBefore?: string;
  /** An existing execution, instead of inputs. */
  readonly execution?: string;
  readonly cancel: boolean;
  /** Starts an execution that classifies again what failed for a transient reason in the existing one. */
  readonly retryFailed: boolean;
  /** Folder of a built model to compare with; only for smoke. */
  readonly model?: string;
  readonly endpoint?: string;
  readonly apiKey?: string;
  readonly stack?: string;
  readonly dataDir: string;
  readonly help: boolean;
}

const where = `  --endpoint URL      The API (default: environment DLW_ENDPOINT, else the
                      service that npm start runs here)
  --api-key KEY       Its key (default: environment DLW_API_KEY, else that of
                      the local data folder)
  --stack NAME        Takes endpoint and key from the outputs of a Pulumi stack
  --data DIR          Data folder of the local service (default .data)
  --help              This text`;

export const help = `npm run classify -- [options] <input>…

Classifies images by the service that runs on this machine (npm start) or by a
deployed one. An input is one of:

  photo               A file, which is uploaded
  folder              The photos in it and below
  https:// or http:// An image on the web
  s3://bucket/key     An image in a bucket that the stack may read
  s3://bucket/folder/ Every image below this prefix: it ends in "/"
  list                A file that names URLs and photos: .txt (one per line),
                      .csv or .tsv (a column "image" or "url", else the first
                      one), .json (a list, or the body of POST /classify) or
                      .jsonl. A list of URLs may be .csv.gz or .jsonl.gz, or in
                      S3: s3://bucket/list.csv, .json or .jsonl, with .gz or not
  -                   A list on standard input, in one of these formats

More than 100 URLs are uploaded as one manifest and classified together.

  --json              A JSON line per image as soon as it is done, with its
                      index, instead of a table at the end
  --csv               As CSV: image, rank, label, probability, error, message
  --html FILE         Also writes a contact sheet: one page with photos, labels,
                      errors and a filter
  --top-k N           Labels per image, 1 to ${apiLimits.maxTopK} (default 1)
  --notify URL        Calls this https address when an execution has ended (the
                      stack's setting notifyHosts must allow it)
  --not-before TIME   Begins at this time, such as 2027-01-01T02:00:00Z, at most
                      ${apiLimits.delaySeconds / daySeconds} days ahead, and does not wait for it
  --execution ID      Follows an execution that was started before, here or
                      elsewhere, instead of starting one
  --cancel            Stops the execution that --execution names
  --retry-failed      Classifies again what failed for a reason that may have
                      passed in the execution that --execution names, and prints
                      all results
${where}

Whatever happens, finished results are printed; Ctrl-C prints them too, and how
to follow or stop the rest.

Exit codes: 0 all images classified, 1 some have an error, 2 wrong usage, 3 the
endpoint is unreachable or refuses and no image was finished, 4 an execution
failed and no image was finished, 130 interrupted.
`;

export const smokeHelp = `npm run smoke -- [options]

Classifies the sample photo of the built model at an endpoint and compares the
result with the golden predictions. For your own model, the picture is the one
from which model:own made the golden predictions.

  --model FOLDER      The built model to compare with (default: the stack's
                      setting modelDirectory, else the default model)
${where}

Exit codes: 0 they agree, 1 they differ, 2 wrong usage, 3 the endpoint is
unreachable or refuses, 4 the execution failed.
`;

/** Reads the command line of classify. @throws CommandFailure */
export function readOptions(parameters: readonly string[]): Options {
  const { values, positionals } = parse(parameters);
  if (values.model !== undefined) throw usage("--model is an option of npm run smoke.");
  if (!values.help) checkInputs(positionals, values);
  return optionsOf(values, positionals);
}

/** Reads the command line of smoke. @throws CommandFailure */
export function readSmokeOptions(parameters: readonly string[]): Options {
  const { values, positionals } = parse(parameters);
  const [other] = [
    ...positionals,
    ...(["json", "csv", "html", "notify", "not-before", "execution", "cancel", "retry-failed"] as const).filter(
      (name) => values[name],
    ),
  ];
  if (other !== undefined) throw usage(`smoke takes no "${other}": it classifies the model's own picture. See --help.`);
  return optionsOf(values, []);
}

function optionsOf(values: ReturnType<typeof parse>["values"], inputs: readonly string[]): Options {
  if (values.json && values.csv) throw usage("--json and --csv exclude each other: choose one.");
  const topK = TopK.safeParse(Number(values["top-k"]));
  if (!topK.success) {
    throw usage(`--top-k is "${values["top-k"]}"; it must be a whole number from 1 to ${apiLimits.maxTopK}.`);
  }
  if (values.stack !== undefined && values.endpoint !== undefined) {
    throw usage("--stack and --endpoint exclude each other: both name an API.");
  }
  const { endpoint, "api-key": apiKey, stack, html, notify, execution, model } = values;
  if (notify !== undefined && !WebhookUrl.safeParse(notify).success) {
    throw usage(`--notify is "${notify}"; it must be an address that begins with "https://".`);
  }
  if (notify !== undefined && execution !== undefined) {
    throw usage("--notify belongs to a run that this command starts: leave it out with --execution.");
  }
  const notBefore = notBeforeOf(values["not-before"], execution);
  return {
    inputs,
    format: values.json ? "json" : values.csv ? "csv" : "table",
    topK: topK.data,
    cancel: values.cancel,
    retryFailed: values["retry-failed"],
    ...(html === undefined ? {} : { html }),
    ...(notify === undefined ? {} : { notify }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(execution === undefined ? {} : { execution }),
    ...(model === undefined ? {} : { model }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(stack === undefined ? {} : { stack }),
    dataDir: values.data,
    help: values.help,
  };
}

function notBeforeOf(given: string | undefined, execution: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (execution !== undefined) {
    throw usage("--not-before belongs to a run that this command starts: leave it out with --execution.");
  }
  const { data } = NotBefore.safeParse(given);
  if (data !== undefined) return data;
  throw usage(`--not-before is "${given}"; it must be an ISO 8601 time with an offset, such as 2027-01-01T02:00:00Z.`);
}

function checkInputs(positionals: readonly string[], values: ReturnType<typeof parse>["values"]): void {
  const { execution, cancel, "retry-failed": retryFailed } = values;
  if (execution !== undefined && positionals.length > 0) {
    throw usage("--execution follows a run that was started earlier: name no photos with it.");
  }
  // An empty name would be the working directory, and its photos would be uploaded.
  if (positionals.includes("")) throw usage("An input is empty: is a variable of your shell not set?");
  if (cancel && retryFailed) throw usage("--cancel and --retry-failed exclude each other: retry what has ended.");
  if (cancel && execution === undefined)
    throw usage("--cancel needs --execution ID: which execution is to be stopped?");
  if (retryFailed && execution === undefined)
    throw usage("--retry-failed needs --execution ID: whose failed images are to be classified again?");
  if (execution === undefined && positionals.length === 0) {
    throw usage('Name at least one photo, folder, URL or list, or "-" for a list on standard input. See --help.');
  }
}

function parse(parameters: readonly string[]) {
  return parseOptions(
    parameters,
    {
      json: { type: "boolean", default: false },
      csv: { type: "boolean", default: false },
      html: { type: "string" },
      "top-k": { type: "string", default: "1" },
      notify: { type: "string" },
      "not-before": { type: "string" },
      execution: { type: "string" },
      model: { type: "string" },
      cancel: { type: "boolean", default: false },
      "retry-failed": { type: "boolean", default: false },
      endpoint: { type: "string" },
      "api-key": { type: "string" },
      stack: { type: "string" },
      data: { type: "string", default: ".data" },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
}

/** The options for another command with the same endpoint, without the key. */
export function sameEndpoint({ endpoint, stack, dataDir }: Options): string {
  if (stack !== undefined) return ` --stack ${stack}`;
  if (endpoint !== undefined) return ` --endpoint ${endpoint}`;
  return dataDir === ".data" ? "" : ` --data ${JSON.stringify(dataDir)}`;
}
