import { z } from "zod";
import { Item, type S3Location } from "../../../contract/workflow.ts";
import type { Aws } from "./aws.ts";

/** Reads the items of a large plan from the bucket. @throws ProblemError, or ZodError if it is no plan */
export async function readPlan(aws: Aws, { bucket, key }: S3Location): Promise<readonly Item[]> {
  const { text } = await aws.call<{ readonly text: string }>("s3", "ReadPlan", { Bucket: bucket, Key: key });
  return z.array(Item).parse(JSON.parse(text));
}
