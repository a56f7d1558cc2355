import { randomUUID } from "node:crypto";
import { UploadRequest, type UploadTicket } from "../../contract/http.ts";
import { prefixes } from "../../contract/workflow.ts";
import { ApiFailure } from "./api-failure.ts";
import { check } from "./body.ts";
import type { Signing } from "./signing.ts";

/** A form to upload one photo of the given type and size, and the photo's reference. @throws ApiFailure */
export async function uploadTicket(
  body: unknown,
  { signing, bucket, maxBytes }: { readonly signing: Signing; readonly bucket: string; readonly maxBytes: number },
): Promise<UploadTicket> {
  const { contentType, bytes } = check(UploadRequest, body, 'an upload: {"contentType": "image/…", "bytes": …}');
  if (bytes > maxBytes) {
    const message = `The photo has ${bytes} bytes, but at most ${maxBytes} are allowed: send a smaller one.`;
    throw new ApiFailure("PayloadTooLarge", message);
  }
  const extension = contentType.replace("image/", "").replace("jpeg", "jpg");
  const key = `${prefixes.uploads}${randomUUID()}.${extension}`;
  const { url, fields } = await signing.upload({ bucket, key }, { contentType, bytes });
  return { uploadUrl: url, fields, image: `s3://${bucket}/${key}` };
}
