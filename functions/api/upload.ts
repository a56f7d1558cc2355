import { randomUUID } from "node:crypto";
import {
  type ManifestContentType,
  type ManifestTicket,
  manifestContentTypes,
  UploadRequest,
  type UploadTicket,
} from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { cleanName } from "../../contract/upload-name.ts";
import { prefixes } from "../../contract/workflow.ts";
import { ApiFailure } from "./api-failure.ts";
import { check } from "./body.ts";
import type { Signing } from "./signing.ts";

export interface UploadServices {
  readonly signing: Signing;
  readonly bucket: string;
  /** Maximum size of an image. */
  readonly maxBytes: number;
}

/** A form to upload one image or manifest of the given type and size, and its reference. @throws ApiFailure */
export async function uploadTicket(
  body: unknown,
  { signing, bucket, maxBytes }: UploadServices,
): Promise<UploadTicket | ManifestTicket> {
  const expected = 'an upload: {"contentType": "image/…", "bytes": …, "name": …}';
  const { contentType, bytes, name } = check(UploadRequest, body, expected);
  const manifest = isManifest(contentType);
  const most = manifest ? apiLimits.uploadedManifestBytes : maxBytes;
  if (bytes > most) {
    const message = `The ${manifest ? "manifest" : "photo"} has ${bytes} bytes, but at most ${most} are allowed: send a smaller one.`;
    throw new ApiFailure("PayloadTooLarge", message);
  }
  const extension = manifest
    ? manifestContentTypes[contentType]
    : contentType.replace("image/", "").replace("jpeg", "jpg");
  const key = `${prefixes.uploads}${randomUUID()}.${extension}`;
  const clean = name === undefined ? "" : cleanName(name);
  const bounds = { contentType, bytes, ...(clean !== "" && { name: clean }) };
  const { url, fields } = await signing.upload({ bucket, key }, bounds);
  const location = `s3://${bucket}/${key}`;
  return { uploadUrl: url, fields, ...(manifest ? { manifest: location } : { image: location }) };
}

function isManifest(contentType: string): contentType is ManifestContentType {
  return Object.hasOwn(manifestContentTypes, contentType);
}
