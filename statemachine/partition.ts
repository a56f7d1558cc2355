/** The partition of an ARN: `aws`, `aws-us-gov`, `aws-cn`. */
export const partitionOf = (arn: string): string => arn.split(":")[1] ?? "aws";

/**
 * A filled ASL text for a partition. The files name Step Functions' own integrations as the commercial partition does,
 * which every validator knows; elsewhere these ARNs begin otherwise.
 */
export const inPartition = (definition: string, partition: string): string =>
  definition.replaceAll('"arn:aws:states:::', `"arn:${partition}:states:::`);
