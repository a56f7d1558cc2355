import type * as pulumi from "@pulumi/pulumi";

/** Resource types of the program that take tags. Objects are left out: a tag on each is billed, and their bucket has them. */
const tagged: ReadonlySet<string> = new Set([
  "aws:apigateway/apiKey:ApiKey",
  "aws:apigateway/restApi:RestApi",
  "aws:apigateway/stage:Stage",
  "aws:apigateway/usagePlan:UsagePlan",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "awsx:ecr:Repository",
]);

/** Types that take tags and get none, on purpose. */
export const untagged: readonly string[] = ["aws:s3/bucketObjectv2:BucketObjectv2"];

/**
 * Gives every resource below a component the tags, so that a bill and a search can be split by stack. The provider's own
 * default tags would need an explicit provider, which does not read the settings `aws:*` of the stack.
 */
export function withTags(tags: Readonly<Record<string, string>>): pulumi.ComponentResourceOptions {
  return {
    transformations: [
      ({ type, props, opts }) =>
        tagged.has(type) ? { props: { ...props, tags: { ...tags, ...props["tags"] } }, opts } : undefined,
    ],
  };
}
