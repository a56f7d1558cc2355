import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { BucketModel } from "../../contract/environment.ts";
import { type ModelForm, modelParts } from "../../contract/model.ts";

type ModelFile = BucketModel["files"][string];

/**
 * The bucket does not contain the model that the program uploaded: the message names the object, the problem and the
 * remedy.
 */
export class BucketModelError extends Error {
  override readonly name = "BucketModelError";
  constructor(message: string, options?: ErrorOptions) {
    super(`${message} Run "pulumi up" to upload this stack's model.`, options);
  }
}

export interface BucketModelOptions {
  readonly bucket: string;
  readonly model: BucketModel;
  /** What to fetch; `common` includes the probe, which decides what is fetched next. */
  readonly part: ModelForm | "common";
  /** Parent of the model's folders. @default Lambda's /tmp, which lasts as long as the sandbox */
  readonly parent?: string;
  /** Timeout for all files together. @default below Lambda's ten seconds for a start, so that the error is reported */
  readonly withinMs?: number;
  readonly client?: S3Client;
}

/**
 * Fetches a part of the model and returns its folder, which is complete and verified, or absent. A sandbox that starts
 * a second time reuses it. @throws BucketModelError
 */
export async function fetchModel(options: BucketModelOptions): Promise<string> {
  const { bucket, model, part, parent = os.tmpdir(), withinMs = 8_000 } = options;
  const folder = path.join(parent, `${model.prefix.replaceAll("/", "-")}${part}`);
  const wanted = part === "common" ? [...modelParts.common, ...modelParts.probe] : modelParts[part];
  const files = Object.entries(model.files).filter(([name]) => wanted.includes(name));
  if (await exists(folder)) return folder;
  const client = options.client ?? new S3Client({ maxAttempts: 3 });
  const signal = AbortSignal.timeout(withinMs);
  const work = await mkdtemp(`${folder}.`);
  try {
    await Promise.all(
      files.map(async ([name, expected]) => {
        await mkdir(path.dirname(path.join(work, name)), { recursive: true });
        const key = `${model.prefix}${name}`;
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
            abortSignal: signal,
          });
          await pipeline(Body as Readable, verified(key, expected), createWriteStream(path.join(work, name)), {
            signal,
          });
        } catch (error) {
          throw asModelError(error, `s3://${bucket}/${key}`, signal.aborted ? withinMs : undefined);
        }
      }),
    );
    await rename(work, folder);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

/** Passes the bytes on, and fails if there are more than expected or, at the end, if they differ. */
function verified(key: string, expected: ModelFile): (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer> {
  return async function* (source) {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > expected.bytes) break;
      hash.update(chunk);
      yield chunk;
    }
    const sha256 = hash.digest("hex");
    if (bytes === expected.bytes && sha256 === expected.sha256) return;
    const size = bytes > expected.bytes ? `more than ${expected.bytes}` : String(bytes);
    throw new BucketModelError(
      `The model file "${key}" is not the expected one: it has ${size} bytes (SHA-256 ${sha256.slice(0, 12)}…), ` +
        `not ${expected.bytes} (${expected.sha256.slice(0, 12)}…).`,
    );
  };
}

function asModelError(error: unknown, location: string, timedOutMs: number | undefined): BucketModelError {
  if (error instanceof BucketModelError) return error;
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (timedOutMs !== undefined) {
    return new BucketModelError(`The model file "${location}" did not arrive within ${timedOutMs} ms.`, {
      cause: error,
    });
  }
  // Without s3:ListBucket, S3 returns "access denied" for a missing object, too.
  const missing = name === "NoSuchKey" || name === "NoSuchBucket" || status === 404 || status === 403;
  const why = missing ? "is missing, or the function's role may not read it" : `cannot be fetched: ${message}`;
  return new BucketModelError(`The model file "${location}" ${why} (${name}).`, { cause: error });
}

const exists = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  );
