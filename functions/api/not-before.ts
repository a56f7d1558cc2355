import { apiLimits, daySeconds, inlineStateBytes } from "../../contract/limits.ts";
import { type ClassifyRequest, imageSource } from "../../contract/request.ts";
import { prefixes } from "../../contract/workflow.ts";
import { jsonBytes } from "../shared/state-size.ts";
import { ApiFailure } from "./api-failure.ts";

export interface DelayBounds {
  readonly bucket: string;
  /** Days after which uploads and stored requests are deleted. */
  readonly uploadRetentionDays: number;
  /** The most seconds that an execution takes. */
  readonly workflowSeconds: number;
}

/**
 * The time at which a request asks to start, in milliseconds since 1970; undefined if that is now, because it names no
 * time or one that has passed. Uploads must be kept until the execution's end, and a stored request until its start.
 * @throws ApiFailure "InvalidRequest" for a time that is too far ahead
 */
export function delayedUntil(request: ClassifyRequest, bounds: DelayBounds, now = Date.now()): number | undefined {
  const { notBefore } = request;
  if (notBefore === undefined) return undefined;
  const at = Date.parse(notBefore);
  if (at <= now) return undefined;
  const { uploadRetentionDays, workflowSeconds } = bounds;
  const kept = uploadRetentionDays * daySeconds;
  const limits = [
    { seconds: apiLimits.delaySeconds, why: `at most ${days(apiLimits.delaySeconds / daySeconds)} ahead are allowed` },
    ...(usesUploads(request, bounds.bucket)
      ? [
          {
            seconds: Math.max(kept - workflowSeconds, 0),
            why: `its uploads are deleted after ${days(uploadRetentionDays)} (setting "uploadRetentionDays"), and the execution may take ${workflowSeconds} seconds (setting "workflowTimeout")`,
          },
        ]
      : []),
    ...(jsonBytes(request) > inlineStateBytes
      ? [
          {
            seconds: kept,
            why: `a request of this size is deleted after ${days(uploadRetentionDays)} (setting "uploadRetentionDays")`,
          },
        ]
      : []),
  ];
  const [tightest] = limits.toSorted((one, other) => one.seconds - other.seconds);
  if (tightest === undefined || at <= now + tightest.seconds * 1_000) return at;
  const latest = new Date(now + tightest.seconds * 1_000).toISOString();
  const message = `"notBefore" is ${notBefore}, but ${tightest.why}: choose a time until ${latest}.`;
  throw new ApiFailure("InvalidRequest", message, { details: [{ path: "notBefore", message: "is too far ahead" }] });
}

const days = (count: number): string => (count === 1 ? "1 day" : `${count} days`);

/** Whether the request itself names uploads. What a manifest elsewhere names is not known before it is read. */
function usesUploads(request: ClassifyRequest, bucket: string): boolean {
  const source = imageSource(request);
  if (source.kind !== "list")
    return source.location.bucket === bucket && source.location.key.startsWith(prefixes.uploads);
  const uploads = `s3://${bucket}/${prefixes.uploads}`;
  return source.images.some((image) => image.replace(/^s3:/i, "s3:").startsWith(uploads));
}
