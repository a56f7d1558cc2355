import * as z from "zod";
import { apiLimits, webhookLimits } from "./limits.ts";

export const TopK = z.number().int().min(1).max(apiLimits.maxTopK);

/** A reference longer than `apiLimits.imageReferenceLength` gets an error as its result; the request is accepted. */
const Image = z.string().min(1);
const Images = z.array(Image).min(1);

/** Where an execution's end is reported. */
export const WebhookUrl = z
  .url({ protocol: /^https$/, error: 'expected an address that begins with "https://"' })
  .max(webhookLimits.urlLength);

const Options = z.strictObject({
  images: Images,
  topK: TopK.default(apiLimits.defaultTopK),
  /** Images that this request may have; it lowers the stack's setting "maxImages" and cannot raise it. */
  maxImages: z.number().int().min(1).optional(),
  /** Not for the synchronous API. */
  notify: WebhookUrl.optional(),
});

/** `POST /classify`, and the input of the workflow: a list of images, or an object with options. */
export const ClassifyRequest = z.union([
  Images.transform((images): z.output<typeof Options> => ({ images, topK: apiLimits.defaultTopK })),
  Options,
]);
export type ClassifyRequest = z.output<typeof ClassifyRequest>;
