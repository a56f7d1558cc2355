import { type ExecutionEnd, NotifyInput, type UndeliveredWebhook } from "../../contract/webhook.ts";
import { notificationKey } from "../../contract/workflow.ts";
import { withoutSecrets } from "../../lib/printable.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { parseEvent } from "../shared/parse.ts";
import type { DeliveryRules, deliver } from "./deliver.ts";
import { addressOf, messageOf, startTimeOf, webhookIdOf } from "./message.ts";
import { WebhookNotDelivered } from "./webhook-error.ts";

export interface NotifyServices {
  readonly bucket: string;
  readonly objects: Pick<JsonObjects, "write">;
  /** The input and the output of an execution, for an event that does not have them; undefined if there is none. */
  readonly describe: (executionArn: string) => Promise<Pick<ExecutionEnd, "input" | "output"> | undefined>;
  /** The main workflow, to which the executions belong that another one holds until they may start. */
  readonly stateMachineArn: string;
  readonly deliver: typeof deliver;
  readonly rules: DeliveryRules;
  readonly apiUrl: string;
}

export interface Notified {
  readonly executionId: string;
  /** `none`: the request named no address, or the execution has another end, which is reported. */
  readonly webhook: "delivered" | "none" | "recorded";
}

/**
 * Sends the webhook of an execution that ended, or records one that failed for good.
 * @throws InvalidInput, WebhookNotDelivered, WebhookRefused
 */
export async function notify(event: unknown, services: NotifyServices): Promise<Notified> {
  const { end: reported, failure } = parseEvent("notify", NotifyInput, event);
  const end = typeof reported.input === "string" ? reported : { ...reported, ...(await described(reported, services)) };
  const executionId = end.name;
  const address = addressOf(end);
  const id = webhookIdOf(end);
  if (failure) {
    await record(end, { id, address, failure }, services);
    return { executionId, webhook: "recorded" };
  }
  if (address === undefined) return { executionId, webhook: "none" };
  if (await hasBegun(end, services)) return { executionId, webhook: "none" };
  const body = JSON.stringify(messageOf(end, services.apiUrl));
  const started = performance.now();
  const { status, host } = await services.deliver(address, { id, body }, services.rules);
  const ms = Math.round(performance.now() - started);
  log("INFO", "webhook delivered", { executionId, webhookId: id, host, status, ms });
  return { executionId, webhook: "delivered" };
}

/** Milliseconds after the end of an execution that was held in which it may still appear in the main workflow. */
const startingMs = 10_000;
/** Milliseconds by which clocks may differ. */
const clockMs = 1_000;

/**
 * Whether an execution that ended while it was held has begun all the same, because it was cancelled while it was being
 * started: then it ends a second time, in the main workflow, and that end is reported.
 * @throws WebhookNotDelivered while that is not certain
 */
async function hasBegun(end: ExecutionEnd, { describe, stateMachineArn }: NotifyServices): Promise<boolean> {
  const mainArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${end.name}`;
  if (end.executionArn === mainArn) return false;
  if ((await found(mainArn, describe)) !== undefined) return true;
  const startsAt = startTimeOf(end);
  const timeHadCome = startsAt !== undefined && startsAt <= end.stopDate + clockMs;
  if (timeHadCome && Date.now() < end.stopDate + startingMs) {
    throw new WebhookNotDelivered(`The execution "${end.name}" ended at its time, and may still be starting.`);
  }
  return false;
}

/** The event of an execution with more than 248 KiB of data has neither input nor output. */
async function described({ executionArn }: ExecutionEnd, { describe }: NotifyServices) {
  const { input, output } = (await found(executionArn, describe)) ?? {};
  return { input, output };
}

async function found(executionArn: string, describe: NotifyServices["describe"]) {
  try {
    return await describe(executionArn);
  } catch (cause) {
    throw new WebhookNotDelivered(`The execution "${executionArn}" cannot be read yet.`, { cause });
  }
}

async function record(
  end: ExecutionEnd,
  { id, address, failure }: { id: string; address: string | undefined; failure: { Error: string; Cause: string } },
  { objects, bucket }: NotifyServices,
): Promise<void> {
  const host = address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;
  const undelivered: UndeliveredWebhook = {
    executionId: end.name,
    status: end.status,
    webhookId: id,
    ...(host === undefined ? {} : { host }),
    error: { code: failure.Error, message: withoutSecrets(sentenceOf(failure.Cause)) },
    givenUpAt: new Date().toISOString(),
  };
  await objects.write({ bucket, key: notificationKey(end.name) }, JSON.stringify(undelivered));
  log("ERROR", "webhook not delivered", undelivered);
}

const maxMessage = 1_000;

/** The message of an error without Lambda's envelope. */
function sentenceOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return String(errorMessage ?? cause).slice(0, maxMessage);
  } catch {
    return cause.slice(0, maxMessage);
  }
}
