import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { BucketResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import { isBucketName } from "./address.ts";
import { invalid, noSuchBucket } from "./error.ts";
import { BucketStore } from "./store/store.ts";
import { Uploads } from "./store/uploads.ts";

/** A served bucket: its settings, objects and multipart uploads. */
export interface Target {
  readonly bucket: BucketResource;
  readonly store: BucketStore;
  readonly uploads: Uploads;
  /** Whether the bucket was declared by the program or created through the API. */
  readonly origin: "program" | "api";
}

/** Name of a file that marks a bucket as created through the API; otherwise the next run would not find the bucket. */
const mark = "created-by-api";

/**
 * All buckets by name: those that the program declares, and those that clients created, which are kept in the data
 * folder.
 */
export class Buckets {
  readonly #dataDir: string;
  readonly #targets = new Map<string, Target>();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  get all(): readonly Target[] {
    return [...this.#targets.values()];
  }

  find(name: string): Target | undefined {
    return this.#targets.get(name);
  }

  /** @throws AwsError "NoSuchBucket" */
  need(name: string): Target {
    const target = this.#targets.get(name);
    if (!target) throw noSuchBucket(name);
    return target;
  }

  /** Serves the buckets that the program declares now. Objects of removed buckets stay on disk. */
  declare(buckets: readonly BucketResource[]): void {
    const known = new Map(this.#targets);
    this.#targets.clear();
    for (const bucket of buckets) this.#serve(bucket, "program", known.get(bucket.name));
    for (const name of this.#created()) {
      if (!this.#targets.has(name)) this.#serve(plain(name), "api", known.get(name));
    }
  }

  /** @throws AwsError "InvalidBucketName", "BucketAlreadyOwnedByYou" */
  create(name: string): void {
    if (!isBucketName(name)) {
      throw invalid("InvalidBucketName", `"${name}" is not a bucket name: 3 to 63 of a-z, 0-9, "." and "-".`);
    }
    const known = this.#targets.get(name);
    if (known) {
      const whose = known.origin === "program" ? "is one that the program declares already" : "exists already";
      throw new AwsError("BucketAlreadyOwnedByYou", `The bucket "${name}" ${whose}.`, 409);
    }
    mkdirSync(path.join(this.#dataDir, name), { recursive: true });
    writeFileSync(path.join(this.#dataDir, name, mark), "");
    this.#serve(plain(name), "api");
  }

  /** @throws AwsError "BucketNotEmpty"; "MethodNotAllowed" for a bucket that the program declares */
  remove({ bucket: { name }, store, origin }: Target): void {
    if (origin === "program") {
      const message = `The bucket "${name}" is declared by the program: edit it there. Only buckets made through this API can be deleted through it.`;
      throw new AwsError("MethodNotAllowed", message, 405);
    }
    const count = store.list().length;
    if (count > 0) {
      throw new AwsError("BucketNotEmpty", `The bucket "${name}" has ${count} objects: delete them first.`, 409);
    }
    this.#targets.delete(name);
    rmSync(path.join(this.#dataDir, name), { recursive: true, force: true });
  }

  #serve(bucket: BucketResource, origin: Target["origin"], known?: Target): void {
    const store = known?.store ?? new BucketStore(this.#dataDir, bucket.name);
    this.#targets.set(bucket.name, { bucket, store, uploads: known?.uploads ?? new Uploads(store), origin });
  }

  #created(): readonly string[] {
    if (!existsSync(this.#dataDir)) return [];
    return readdirSync(this.#dataDir).filter((name) => existsSync(path.join(this.#dataDir, name, mark)));
  }
}

function plain(name: string): BucketResource {
  return { name, arn: `arn:aws:s3:::${name}`, cors: [], expirations: [] };
}
