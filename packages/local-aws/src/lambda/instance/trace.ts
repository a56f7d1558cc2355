import { randomBytes } from "node:crypto";

/** An X-Ray trace header: each invocation has one, also where nothing is traced. */
export function traceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
}
