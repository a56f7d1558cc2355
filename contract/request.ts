import * as z from "zod";
import { apiLimits, webhookLimits } from "./limits.ts";

export const TopK = z.number().int().min(1).max(apiLimits.maxTopK);

/** A reference longer than `apiLimits.imageReferenceLength` gets an error as its result; the request is accepted. */
const Image = z.string().min(1);
const Images = z.array(Image).min(1);

/** Where an execution's end is reported. */
export const WebhookUrl = z
  .url({ protocol: /^https$/, error: 'expected an address that begins with "https://"' })
  .max(webhookLimits.urlLength, `has more than ${webhookLimits.urlLength} characters`);

const prefixForm = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/((?:[^\r\n]*\/)?)$/;
const manifestForm = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^\r\n]*[^/\r\n])$/;

const timeForm = { offset: true, error: 'expected an ISO 8601 time with an offset, such as "2027-01-01T02:00:00Z"' };
/** The earliest start of an execution, with or without seconds; as ISO 8601 in UTC once it is read. */
export const NotBefore = z
  .union([z.iso.datetime(timeForm), z.iso.datetime({ ...timeForm, precision: -1 })])
  .transform((text) => new Date(text).toISOString());

/** Every image object below a prefix; a prefix ends in "/", so that "photos/" does not include "photos-private/". */
const Prefix = z
  .string()
  .regex(prefixForm, 'a prefix is written "s3://bucket/prefix/", with "/" at its end; a single image is a list of one');
const Manifest = z.string().regex(manifestForm, 'a manifest is written "s3://bucket/key"');

const options = {
  topK: TopK.default(apiLimits.defaultTopK),
  /** Images that this request may have; it lowers the stack's setting "maxImages" and cannot raise it. */
  maxImages: z.number().int().min(1).optional(),
  /** Not for the synchronous API. */
  notify: WebhookUrl.optional(),
  /** At most `apiLimits.delaySeconds` ahead; a time that has passed is now. Not for the synchronous API. */
  notBefore: NotBefore.optional(),
};
const ImagesRequest = z.strictObject({ images: z.union([Images, Prefix]), ...options });
const ManifestRequest = z.strictObject({ manifest: Manifest, ...options });

/** `POST /classify`, and the input of the workflow: a list of images, or an object with options. */
export const ClassifyRequest = z.union([
  Images.transform((images): z.output<typeof ImagesRequest> => ({ images, topK: apiLimits.defaultTopK })),
  ImagesRequest,
  ManifestRequest,
]);
export type ClassifyRequest = z.output<typeof ClassifyRequest>;

/** `POST /executions/{id}/retry`, whose body may be left out. */
export const RetryRequest = z.strictObject({ notify: options.notify });
export type RetryRequest = z.output<typeof RetryRequest>;

/** Where the images of a request are: in the request, below a prefix, or in a manifest. */
export type ImageSource =
  | { readonly kind: "list"; readonly images: readonly string[] }
  | { readonly kind: "prefix" | "manifest"; readonly location: { readonly bucket: string; readonly key: string } };

/** The source of a request that the schema accepted. */
export function imageSource(request: ClassifyRequest): ImageSource {
  if ("manifest" in request) return { kind: "manifest", location: locationIn(request.manifest, manifestForm) };
  const { images } = request;
  if (typeof images !== "string") return { kind: "list", images };
  return { kind: "prefix", location: locationIn(images, prefixForm) };
}

function locationIn(text: string, form: RegExp): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = form.exec(text) ?? [];
  return { bucket, key };
}

/** The images that the request itself lists. */
export function listedImages(request: ClassifyRequest): readonly string[] {
  const source = imageSource(request);
  return source.kind === "list" ? source.images : [];
}
