import { createHash } from "node:crypto";

/**
 * Size of a token's checksum in bytes. The checksum distinguishes a token that this service never issued from a token
 * whose task has ended.
 */
const checksumBytes = 4;

/**
 * Creates the token of one attempt of a task. The same `place` always yields the same token, so that a resumed
 * execution waits for the token that was already handed out.
 */
export function taskToken(place: string): string {
  const body = createHash("sha512").update(`task token ${place}`).digest();
  return Buffer.concat([body, checksum(body)]).toString("base64");
}

/** Whether a string has the form of this service's tokens. */
export function isTaskToken(text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  const body = bytes.subarray(0, -checksumBytes);
  return bytes.toString("base64") === text && checksum(body).equals(bytes.subarray(-checksumBytes));
}

function checksum(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, checksumBytes);
}
