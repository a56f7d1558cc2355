import { AwsError } from "../../../service.ts";
import type { ResultWriter } from "../../asl/distributed-map.ts";
import type { Json } from "../../data/json.ts";
import { ExecutionError } from "../error.ts";
import type { Run } from "../frame.ts";
import type { Query } from "../query/query.ts";
import { childRecord } from "./child-record.ts";
import { text } from "./map-items.ts";
import type { ChildResult, ChildStatus } from "./map-run.ts";

/** The destination of a ResultWriter. */
export interface Destination {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Results continue in a new file when a file exceeds this size, so that a reader never has to load a whole Map Run at
 * once.
 */
const fileBytes = 64 * 1024 * 1024;

/** The permissions that AWS requires from a ResultWriter's role, which writes its files as multipart uploads. */
const actions = ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"];

const categories = {
  FAILED: (status: ChildStatus) => status === "FAILED" || status === "TIMED_OUT" || status === "ABORTED",
  PENDING: (status: ChildStatus) => status === "PENDING",
  SUCCEEDED: (status: ChildStatus) => status === "SUCCEEDED",
} as const;

export async function destinationOf({ Parameters, Arguments }: ResultWriter, query: Query): Promise<Destination> {
  const template = Arguments ?? Parameters ?? {};
  const parameters = (await query.template(template, "ResultWriter/Arguments")) as { readonly Prefix?: Json };
  const { Prefix = "" } = parameters;
  return {
    bucket: text(parameters, "Bucket"),
    prefix: typeof Prefix === "string" ? Prefix : text(parameters, "Prefix"),
  };
}

/** Returns `PREFIX/UUID of the Map Run/` without a double slash. */
function folderOf({ prefix }: Destination, arn: string): string {
  const own = `${arn.split(":").at(-1)}/`;
  return prefix === "" || prefix.endsWith("/") ? `${prefix}${own}` : `${prefix}/${own}`;
}

export function manifestKey(destination: Destination, arn: string): string {
  return `${folderOf(destination, arn)}manifest.json`;
}

/** Checks the permissions to write the results before the first child runs. Throws "States.ResultWriterFailed". */
export function prepareWriter(run: Run, destination: Destination, arn: string): void {
  const partition = arn.split(":")[1];
  const resource = `arn:${partition}:s3:::${destination.bucket}/${manifestKey(destination, arn)}`;
  try {
    for (const action of actions) run.authorize(action, resource);
  } catch (error) {
    throw failed(error, destination);
  }
}

/**
 * Writes the children's results like AWS: `SUCCEEDED_n.json`, `FAILED_n.json` and `PENDING_n.json`, each an array of
 * records, and the manifest that lists these files. Throws "States.ResultWriterFailed".
 */
export async function writeResults(run: Run, destination: Destination, arn: string): Promise<void> {
  const { bucket } = destination;
  try {
    const ResultFiles: Record<string, readonly { readonly Key: string; readonly Size: number }[]> = {};
    for (const [category, wanted] of Object.entries(categories)) {
      ResultFiles[category] = await writeCategory(category, run.mapRuns.results(arn, wanted));
    }
    const manifest = JSON.stringify({ DestinationBucket: bucket, MapRunArn: arn, ResultFiles });
    await run.objects.write(bucket, manifestKey(destination, arn), bytesOf([manifest]));
  } catch (error) {
    if (error instanceof AwsError) throw failed(error, destination);
    throw error;
  }

  async function writeCategory(category: string, results: Generator<ChildResult>) {
    const files: { readonly Key: string; readonly Size: number }[] = [];
    for (let next = results.next(); !next.done; ) {
      const Key = `${folderOf(destination, arn)}${category}_${files.length}.json`;
      let Size = 0;
      const counted = function* (): Generator<string> {
        let mark = "[";
        for (; !next.done && Size < fileBytes; next = results.next()) {
          const piece = mark + JSON.stringify(childRecord(next.value));
          Size += Buffer.byteLength(piece);
          yield piece;
          mark = ",";
        }
        Size += 1;
        yield "]";
      };
      await run.objects.write(bucket, Key, bytesOf(counted()));
      files.push({ Key, Size });
    }
    return files;
  }
}

async function* bytesOf(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

function failed(error: unknown, { bucket, prefix }: Destination): unknown {
  if (!(error instanceof AwsError)) return error;
  const status = `Service: Amazon S3; Status Code: ${error.status}; Error Code: ${error.name}`;
  const cause = `${error.message} (${status}; writing to "s3://${bucket}/${prefix}")`;
  return new ExecutionError("States.ResultWriterFailed", cause, { cause: error });
}
