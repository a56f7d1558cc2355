import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../contract/workflow.ts";
import { requireTls } from "./policies.ts";

export interface WorkflowBucketArgs {
  /** Pages that may upload and read results. */
  corsOrigins: readonly string[];
  /** Uploads, requests, plans and Map Runs are deleted after this many days. */
  uploadRetentionDays: number;
  resultRetentionDays: number;
  /** @default true: a bucket with objects is not deleted. */
  removalProtection?: boolean;
}

/**
 * The one bucket: uploads, large requests, plans, Map Runs, results and samples. Private, encrypted, TLS only, with
 * lifecycle rules.
 */
export class WorkflowBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: WorkflowBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:WorkflowBucket", name, {}, opts);
    const { removalProtection = true } = args;
    this.bucket = new aws.s3.Bucket(
      name,
      { forceDestroy: !removalProtection },
      { parent: this, protect: removalProtection },
    );
    this.#createPrivacy(name);
    this.#createEncryption(name);
    this.#createCors(name, args);
    this.#createLifecycle(name, args);
    this.registerOutputs({ bucket: this.bucket });
  }

  /** Created one after another, because S3 rejects concurrent changes of one bucket's settings (409). */
  #createPrivacy(name: string): void {
    const bucket = this.bucket.id;
    const block = new aws.s3.BucketPublicAccessBlock(
      `${name}-private`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    const owner = new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this, dependsOn: [block] },
    );
    new aws.s3.BucketPolicy(
      `${name}-tls`,
      { bucket, policy: this.bucket.arn.apply((arn) => JSON.stringify(requireTls(arn))) },
      { parent: this, dependsOn: [owner] },
    );
  }

  #createEncryption(name: string): aws.s3.BucketServerSideEncryptionConfiguration {
    return new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket: this.bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
  }

  #createCors(name: string, { corsOrigins }: WorkflowBucketArgs): aws.s3.BucketCorsConfiguration {
    const corsRules = [
      {
        allowedOrigins: [...corsOrigins],
        allowedMethods: ["GET", "HEAD", "POST"],
        allowedHeaders: ["*"],
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3_600,
      },
    ];
    return new aws.s3.BucketCorsConfiguration(`${name}-cors`, { bucket: this.bucket.id, corsRules }, { parent: this });
  }

  #createLifecycle(name: string, args: WorkflowBucketArgs): aws.s3.BucketLifecycleConfiguration {
    const expiring = [
      { prefix: prefixes.uploads, days: args.uploadRetentionDays },
      { prefix: prefixes.requests, days: args.uploadRetentionDays },
      { prefix: prefixes.plans, days: args.uploadRetentionDays },
      { prefix: prefixes.mapRuns, days: args.uploadRetentionDays },
      { prefix: prefixes.results, days: args.resultRetentionDays },
      { prefix: prefixes.notifications, days: args.resultRetentionDays },
    ];
    const rules = expiring.map(({ prefix, days }) => ({
      id: `expire-${prefix.slice(0, -1)}`,
      status: "Enabled",
      filter: { prefix },
      expiration: { days },
    }));
    const abort = {
      id: "abort-unfinished-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    };
    return new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: this.bucket.id, rules: [...rules, abort] },
      { parent: this },
    );
  }
}
