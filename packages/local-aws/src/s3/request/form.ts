import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import busboy from "busboy";
import { invalid } from "../error.ts";

/** S3 accepts up to 20 KB of fields in a form; a policy with many conditions is usually the longest field. */
const limits = { fields: 100, fieldSize: 20 * 1024, files: 1, headerPairs: 50 } as const;

/** An HTML form that uploads one file: its fields by lower-case name, and the file's bytes as they arrive. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> };
}

/**
 * Reads the fields of a multipart/form-data request up to its file, then calls `use` while the file arrives.
 * @throws AwsError "MalformedPOSTRequest" "IncorrectNumberOfFilesInPostRequest" "MaxPostPreDataLengthExceeded"
 */
export async function readForm<Result>(request: Request, use: (form: Form) => Promise<Result>): Promise<Result> {
  if (!request.body) throw invalid("MalformedPOSTRequest", "The form has no body.");
  const source = Readable.fromWeb(request.body as ReadableStream<Uint8Array>);
  const parser = parserFor(request);
  const fields = new Map<string, string>();
  try {
    return await new Promise<Result>((resolve, reject) => {
      let used: Promise<Result> | undefined;
      parser.on("field", (name, value, { valueTruncated }) => {
        if (valueTruncated) {
          const message = `The field "${name}" is longer than ${limits.fieldSize} bytes.`;
          return void reject(invalid("MaxPostPreDataLengthExceeded", message));
        }
        // Fields after the file are ignored, as in S3, because the policy has been checked by then.
        if (!used) fields.set(name.toLowerCase(), value);
      });
      parser.on("file", (name, stream, { filename }) => {
        // A reader of the stream receives the error; if there is no reader, the error must not crash the server.
        stream.on("error", () => undefined);
        if (name.toLowerCase() !== "file" || used) return void stream.resume();
        used = use({ fields, file: { name: filename ?? "", bytes: stream } });
        // If the upload is rejected, the rest of the file is read and discarded, so that the sender receives the
        // response.
        used.then(undefined, (error: unknown) => {
          stream.resume();
          reject(error);
        });
      });
      parser.on("close", () => {
        if (used) return void used.then(resolve, reject);
        reject(invalid("IncorrectNumberOfFilesInPostRequest", 'The form has no file: its last field must be "file".'));
      });
      const broken = (error: unknown): void =>
        reject(invalid("MalformedPOSTRequest", `The form cannot be read: ${(error as Error).message}.`));
      parser.on("error", broken);
      source.on("error", (error) => {
        broken(error);
        // Also ends the file's stream, whose reader would otherwise wait forever for the remaining bytes.
        parser.destroy(error);
      });
      source.pipe(parser);
    });
  } finally {
    source.unpipe(parser);
    source.resume();
  }
}

function parserFor(request: Request): busboy.Busboy {
  try {
    return busboy({ headers: { "content-type": request.headers.get("content-type") ?? "" }, limits });
  } catch (error) {
    throw invalid("MalformedPOSTRequest", `The form cannot be read: ${(error as Error).message}.`);
  }
}
