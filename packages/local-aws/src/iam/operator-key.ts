import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { sync as writeFileAtomic } from "write-file-atomic";

/** The values for the AWS client variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Reads the key pair from a file, which only its owner can read; creates the file on first use.
 * @throws Error if the file contains no key pair
 */
export function keptKeyPair(file: string): KeyPair {
  const kept = textOf(file);
  if (kept !== undefined) {
    chmodSync(file, 0o600);
    return parse(kept, file);
  }
  const pair = newKeyPair();
  writeFileAtomic(file, `${JSON.stringify(pair)}\n`, { mode: 0o600 });
  return pair;
}

/** Generates keys of 20 and 40 characters, the lengths of AWS's own. */
function newKeyPair(): KeyPair {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const id = Array.from(randomBytes(11), (byte) => letters[byte % letters.length]).join("");
  return { accessKeyId: `AKIALOCAL${id}`, secretAccessKey: randomBytes(30).toString("base64url") };
}

function parse(text: string, file: string): KeyPair {
  try {
    const { accessKeyId, secretAccessKey } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (typeof accessKeyId === "string" && typeof secretAccessKey === "string" && secretAccessKey !== "") {
      return { accessKeyId, secretAccessKey };
    }
  } catch {
    // The error below reports this, with the remedy.
  }
  throw new Error(`"${file}" holds no key pair. Delete it; the next start makes a new one.`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
