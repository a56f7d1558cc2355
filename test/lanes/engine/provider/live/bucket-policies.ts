import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Bucket policies as files of the session. moto would apply them without their conditions, so "deny without TLS" would
 * refuse every later call.
 */
export class BucketPolicies {
  readonly #folder: string;

  /** @param home folder of the session */
  constructor(home: string) {
    this.#folder = path.join(home, "bucket-policies");
  }

  /** The policy of a bucket; undefined if it has none. */
  get(bucket: string): string | undefined {
    try {
      return readFileSync(path.join(this.#folder, bucket), "utf8");
    } catch {
      return undefined;
    }
  }

  set(bucket: string, policy: string): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(path.join(this.#folder, bucket), policy);
  }

  delete(bucket: string): void {
    rmSync(path.join(this.#folder, bucket), { force: true });
  }
}

/** Those of the session in which this provider runs. */
export const bucketPolicies = new BucketPolicies(path.dirname(process.env["LANE_JOURNAL"] ?? "/nonexistent/journal"));
