import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { requireTls } from "../infra/policies.ts";

/** Days for which former versions of the state stay. */
const formerDays = 90;

/**
 * The bucket with the states of all stacks. It has versions, so that a lost or broken state can be restored, and it is
 * protected: a destroy of this program fails until the protection is removed.
 */
export class StateStore extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(
    name: string,
    args: { readonly tags: Readonly<Record<string, string>> },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("dlw:account:StateStore", name, {}, opts);
    this.bucket = new aws.s3.Bucket(name, { tags: args.tags }, { parent: this, protect: true });
    this.#protect(name);
    this.#keepVersions(name);
    this.registerOutputs({ bucket: this.bucket });
  }

  #protect(name: string): void {
    const within = { parent: this };
    const bucket = this.bucket.id;
    new aws.s3.BucketPublicAccessBlock(
      `${name}-private`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      within,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      within,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      within,
    );
    const policy = this.bucket.arn.apply((arn) => JSON.stringify(requireTls(arn)));
    new aws.s3.BucketPolicy(`${name}-tls`, { bucket, policy }, within);
  }

  #keepVersions(name: string): void {
    const bucket = this.bucket.id;
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versions`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-expiry`,
      {
        bucket,
        rules: [
          {
            id: "former-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: formerDays },
          },
        ],
      },
      { parent: this, dependsOn: [versioning] },
    );
  }
}
