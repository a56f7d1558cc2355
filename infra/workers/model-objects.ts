import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BucketModel } from "../../contract/environment.ts";
import { prefixes } from "../../contract/workflow.ts";
import { type ModelFile, modelVersionOf } from "../../image/model-files.ts";

export interface ModelObjectsArgs {
  bucket: pulumi.Input<string>;
  /** A plain value, because it determines the number of objects. */
  files: readonly ModelFile[];
}

/** The model in the bucket, under a prefix of its version, for `classify` to fetch (functions/classify/bucket-model.ts). */
export class ModelObjects extends pulumi.ComponentResource {
  /** The environment of `classify`: the location of each file, with its size and hash. */
  readonly origin: BucketModel;

  constructor(name: string, { bucket, files }: ModelObjectsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:ModelObjects", name, {}, opts);
    this.origin = {
      source: "bucket",
      prefix: `${prefixes.models}${modelVersionOf(files)}/`,
      files: Object.fromEntries(files.map((file) => [file.name, { bytes: file.bytes, sha256: file.sha256 }])),
    };
    for (const file of files) this.#createObject(`${name}-${file.name}`, bucket, file);
    this.registerOutputs({ origin: this.origin });
  }

  /** A new version has another key. The former objects stay: a sandbox of an older release that starts now fetches them. */
  #createObject(name: string, bucket: pulumi.Input<string>, file: ModelFile): void {
    new aws.s3.BucketObjectv2(
      name,
      {
        bucket,
        key: `${this.origin.prefix}${file.name}`,
        source: new pulumi.asset.FileAsset(file.location),
        sourceHash: file.sha256,
      },
      { parent: this, retainOnDelete: true },
    );
  }
}
