import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import PQueue from "p-queue";
import { differencesFromGolden } from "../../cli/golden.ts";
import { type ImageResult, prefixes } from "../../contract/workflow.ts";
import type { LiveTarget } from "./target.ts";

const uploadsAtOnce = 16;

/**
 * Uploads copies of the picture whose predictions are known, and returns their references. They differ, because images
 * that are named twice are classified once. The bucket's lifecycle rule deletes them.
 */
export async function uploadCopies(count: number, { photo, s3, bucket }: LiveTarget): Promise<readonly string[]> {
  const folder = `${prefixes.uploads}live-${randomUUID()}/`;
  const keys = Array.from({ length: count }, (_, at) => `${folder}${at}-${photo.name}`);
  const queue = new PQueue({ concurrency: uploadsAtOnce });
  await Promise.all(
    keys.map((Key) =>
      queue.add(() =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: photo.bytes, ContentType: photo.contentType })),
      ),
    ),
  );
  return keys.map((key) => `s3://${bucket}/${key}`);
}

/** What is wrong with the results of copies of the picture; empty if each has one result, the expected one. */
export function problemsOf(
  results: readonly ImageResult[],
  images: readonly string[],
  { golden }: LiveTarget["photo"],
): readonly string[] {
  const problems: string[] = [];
  const byImage = new Map(results.map((result) => [result.image, result]));
  if (results.length !== images.length) problems.push(`${results.length} results for ${images.length} images.`);
  for (const image of images) {
    const result = byImage.get(image);
    if (result === undefined) problems.push(`${image} has no result.`);
    else if ("error" in result) problems.push(`${image}: ${result.error.code}: ${result.error.message}`);
    else problems.push(...differencesFromGolden(golden, result.predictions).map((problem) => `${image}: ${problem}`));
  }
  return problems;
}
