import { existsSync } from "node:fs";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { modelDirectory, samplePhotoFile } from "../../contract/model.ts";
import { sampleKey } from "../../contract/workflow.ts";

export interface SamplePhotoArgs {
  bucket: pulumi.Input<string>;
}

/** The sample photo in the bucket, to classify before anything is uploaded. */
export class SamplePhoto extends pulumi.ComponentResource {
  /** Its reference for the API. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, args: SamplePhotoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:SamplePhoto", name, {}, opts);
    const file = path.join(modelDirectory(), samplePhotoFile);
    if (!existsSync(file)) {
      throw new pulumi.RunError(`The sample photo "${file}" is missing: build the model (npm run model).`);
    }
    const object = new aws.s3.BucketObjectv2(
      name,
      {
        bucket: args.bucket,
        key: sampleKey,
        source: new pulumi.asset.FileAsset(file),
        contentType: "image/jpeg",
      },
      { parent: this },
    );
    this.reference = pulumi.interpolate`s3://${object.bucket}/${object.key}`;
    this.registerOutputs({ reference: this.reference });
  }
}
