import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { invalid } from "../error.ts";
import { type Checksum, type ChecksumName, requireEqual, runningChecksum } from "../request/checksum.ts";

/** Maximum size of an object uploaded in one request: 5 GiB, as on AWS. */
export const maxPutBytes = 5 * 1024 ** 3;

/**
 * Bytes that are being uploaded, and what the sender declared about them. The checksum may arrive in a trailer, after
 * the bytes.
 */
export interface Incoming {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly length?: number;
  /** Base64, from the header Content-MD5. */
  readonly md5?: string;
  /** Hex, from the header x-amz-content-sha256. */
  readonly sha256?: string;
  readonly checksumName?: ChecksumName;
  /** Called when all bytes have arrived. */
  readonly checksum?: () => Checksum | undefined;
  readonly maxBytes?: number;
}

export interface Blob {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  readonly checksum?: Checksum;
}

/**
 * Writes bytes to a new file and checks them against everything that the sender declared. If anything fails, the file
 * is removed.
 * @throws AwsError "EntityTooLarge" "IncompleteBody" "BadDigest" "XAmzContentSHA256Mismatch"
 */
export async function writeBlob(file: string, incoming: Incoming): Promise<Blob> {
  const maxBytes = incoming.maxBytes ?? maxPutBytes;
  if ((incoming.length ?? 0) > maxBytes) throw tooLarge(incoming.length ?? 0, maxBytes);
  const handle = await open(file, "wx");
  try {
    const md5 = createHash("md5");
    const sha256 = incoming.sha256 === undefined ? undefined : createHash("sha256");
    const running = incoming.checksumName === undefined ? undefined : runningChecksum(incoming.checksumName);
    let size = 0;
    for await (const chunk of incoming.bytes) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      md5.update(chunk);
      sha256?.update(chunk);
      running?.update(chunk);
      await handle.writeFile(chunk);
    }
    if (incoming.length !== undefined && incoming.length !== size) {
      throw invalid("IncompleteBody", `The body has ${size} bytes; ${incoming.length} were declared.`);
    }
    if (sha256 && sha256.digest("hex") !== incoming.sha256) {
      throw invalid("XAmzContentSHA256Mismatch", "The body is not the one whose SHA-256 was signed.");
    }
    await handle.sync();
    const digest = md5.digest();
    if (incoming.md5 !== undefined) requireEqual("MD5", incoming.md5, digest.toString("base64"));
    const checksum = checked(incoming, running?.digest());
    return { size, md5: digest.toString("hex"), ...(checksum === undefined ? {} : { checksum }) };
  } catch (error) {
    await handle.close();
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function checked(incoming: Incoming, value: string | undefined): Checksum | undefined {
  if (incoming.checksumName === undefined || value === undefined) return undefined;
  const declared = incoming.checksum?.();
  if (declared) requireEqual(`checksum ${declared.name}`, declared.value, value);
  return { name: incoming.checksumName, value };
}

function tooLarge(bytes: number, allowed: number): Error {
  return invalid("EntityTooLarge", `The upload has ${bytes} bytes or more; ${allowed} are allowed.`);
}
