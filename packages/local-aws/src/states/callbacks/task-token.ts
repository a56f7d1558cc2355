import { createHash } from "node:crypto";

/**
 * Bytes of a token's checksum, which distinguishes a token that this service never issued from one whose task has
 * ended.
 */
const checksumBytes = 4;

/** The token of one attempt of a task: the same again for the same place, so that a resumed execution waits for it too. */
export function taskToken(place: string): string {
  const body = createHash("sha512").update(`task token ${place}`).digest();
  return Buffer.concat([body, checksum(body)]).toString("base64");
}

/** Whether a text has the form of the tokens of this service. */
export function isTaskToken(text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  const body = bytes.subarray(0, -checksumBytes);
  return bytes.toString("base64") === text && checksum(body).equals(bytes.subarray(-checksumBytes));
}

function checksum(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checksumBytes);
}
