import * as z from "zod";
import { webhookLimits } from "./limits.ts";
import { ReleaseId } from "./release.ts";
import { Counts } from "./workflow.ts";

const { minSecretBytes, maxSecretBytes } = webhookLimits;

/** A secret that signs, in the form of Standard Webhooks: 24 to 64 bytes in Base64, usually after `whsec_`. */
export const WebhookSecret = z
  .string()
  .regex(/^(?:whsec_)?(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)
  .refine((secret) => {
    const bytes = Buffer.from(secret.replace("whsec_", ""), "base64").length;
    return bytes >= minSecretBytes && bytes <= maxSecretBytes;
  });

/** The statuses with which an execution ends; each end is reported. */
export const endStatuses = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
export type EndStatus = (typeof endStatuses)[number];

/** The `type` of a webhook, by the status of the execution. */
export const webhookTypes = {
  SUCCEEDED: "execution.succeeded",
  FAILED: "execution.failed",
  TIMED_OUT: "execution.timed_out",
  ABORTED: "execution.aborted",
} as const satisfies Readonly<Record<EndStatus, string>>;

/** The body of a webhook. It has no results: `statusUrl` has them, and needs the caller's own authentication. */
export const WebhookMessage = z.object({
  type: z.enum(Object.values(webhookTypes)),
  /** When the execution ended, in ISO 8601. */
  timestamp: z.iso.datetime(),
  data: z.object({
    executionId: z.string(),
    status: z.enum(endStatuses),
    release: ReleaseId.optional(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    counts: Counts.optional(),
    error: z.object({ code: z.string() }).optional(),
    statusUrl: z.url(),
  }),
});
export type WebhookMessage = z.infer<typeof WebhookMessage>;

/** The detail of Step Functions' event of an execution that ended (Step Functions Developer Guide, "Amazon EventBridge"). */
export const ExecutionEnd = z.object({
  executionArn: z.string(),
  name: z.string(),
  status: z.enum(endStatuses),
  /** Milliseconds since 1970. */
  startDate: z.number(),
  stopDate: z.number(),
  /** Absent if the data is too large for an event. */
  input: z.string().nullish(),
  output: z.string().nullish(),
  error: z.string().nullish(),
});
export type ExecutionEnd = z.infer<typeof ExecutionEnd>;

/** Input of the function `notify`: an execution that ended; with `failure`, how its webhook failed for good. */
export const NotifyInput = z.object({
  end: ExecutionEnd,
  failure: z.object({ Error: z.string(), Cause: z.string() }).optional(),
});

/** The object `notifications/<executionId>.json`: a webhook that was not delivered. */
export const UndeliveredWebhook = z.object({
  executionId: z.string(),
  status: z.enum(endStatuses),
  webhookId: z.string(),
  /** The host alone: the rest of an address may be secret. */
  host: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }),
  givenUpAt: z.iso.datetime(),
});
export type UndeliveredWebhook = z.infer<typeof UndeliveredWebhook>;
