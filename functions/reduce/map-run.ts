import * as z from "zod";
import {
  Batch,
  BatchResult,
  type ItemResult,
  type MapRun,
  prefixes,
  type S3Location,
} from "../../contract/workflow.ts";
import { elementsOf, NotAList } from "../shared/elements.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { InvalidInput } from "../shared/parse.ts";

/** `manifest.json` of a ResultWriter: the files by status of the child executions in them. */
const Manifest = z.object({ ResultFiles: z.record(z.string(), z.array(z.object({ Key: z.string() }))) });
/** A child execution in a file; its input and output are JSON texts. */
const Child = z.object({
  Status: z.string(),
  Input: z.string().optional(),
  Output: z.string().optional(),
  Error: z.string().optional(),
});
type Child = z.infer<typeof Child>;

/** A file that a Distributed Map wrote cannot be read. A Catch can match the error by its name. */
export class MapRunUnreadable extends Error {
  override readonly name = "MapRunUnreadable";
  constructor({ bucket, key }: S3Location, why: string, options?: ErrorOptions) {
    super(`The object "s3://${bucket}/${key}" of a Map Run cannot be read: ${why}.`, options);
  }
}

/**
 * The results of all child executions, in no particular order; those of a successful one may occur twice. An image
 * whose child execution failed or never started gets an error that states why. Files are streamed one at a time, one
 * child execution at a time.
 * @throws InvalidInput, ObjectNotFound, MapRunUnreadable
 */
export async function* resultsOfMapRun(
  { ResultWriterDetails: { Bucket: bucket, Key: key } }: MapRun,
  own: string,
  objects: Pick<JsonObjects, "read" | "stream">,
): AsyncGenerator<ItemResult> {
  if (bucket !== own || !key.startsWith(prefixes.mapRuns)) {
    const message = `must name an object under "s3://${own}/${prefixes.mapRuns}"`;
    throw new InvalidInput("reduce", [{ path: ["mapRun", "ResultWriterDetails"], message }]);
  }
  const manifest = read(Manifest, await objects.read({ bucket, key }), { bucket, key });
  for (const files of Object.values(manifest.ResultFiles)) {
    for (const { Key } of files) yield* resultsOfFile({ bucket, key: Key }, objects);
  }
}

async function* resultsOfFile(file: S3Location, objects: Pick<JsonObjects, "stream">): AsyncGenerator<ItemResult> {
  try {
    for await (const text of elementsOf(objects.stream(file)))
      yield* resultsOf(read(Child, json(text, file), file), file);
  } catch (error) {
    if (error instanceof NotAList) throw new MapRunUnreadable(file, error.message, { cause: error });
    throw error;
  }
}

/** A batch with an invalid output affects only its own images. */
function resultsOf(child: Child, file: S3Location): readonly ItemResult[] {
  const output = child.Status === "SUCCEEDED" ? BatchResult.safeParse(json(child.Output, file)) : undefined;
  if (output?.success) return output.data.results;
  const { Items } = read(Batch, json(child.Input, file), file);
  const message = `The batch of this image ended without a result (${child.Error ?? child.Status}).`;
  return Items.map((item) => ({ ...item, error: { code: "ClassificationFailed", message } }));
}

function json(text: string | undefined, file: S3Location): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    throw new MapRunUnreadable(file, "it contains something that is not JSON", { cause: error });
  }
}

function read<T extends z.ZodType>(schema: T, value: unknown, file: S3Location): z.infer<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new MapRunUnreadable(file, `"${issue?.path.join(".")}": ${issue?.message}`, { cause: error });
}
