import { createHash } from "node:crypto";
import { NotBefore } from "../../contract/request.ts";
import { type ExecutionEnd, type WebhookMessage, webhookTypes } from "../../contract/webhook.ts";
import { StoredOutcome } from "../../contract/workflow.ts";

/**
 * The id of a webhook, which is the same in every attempt and for every copy of an event: it depends only on the execution
 * and its end. An execution that is redriven ends again, with another id.
 */
export function webhookIdOf({ executionArn, status, stopDate }: ExecutionEnd): string {
  const hash = createHash("sha256").update(`${executionArn}\n${status}\n${stopDate}`).digest("base64url");
  return `msg_${hash.slice(0, 27)}`;
}

/** The body of a webhook; the same end has the same body. */
export function messageOf(end: ExecutionEnd, apiUrl: string): WebhookMessage {
  const outcome = StoredOutcome.safeParse(parsed(end.output)).data;
  const finishedAt = new Date(end.stopDate).toISOString();
  return {
    type: webhookTypes[end.status],
    timestamp: finishedAt,
    data: {
      executionId: end.name,
      status: end.status,
      ...(outcome && { release: outcome.release, counts: outcome.counts }),
      startedAt: new Date(end.startDate).toISOString(),
      finishedAt,
      ...(end.error ? { error: { code: end.error } } : {}),
      statusUrl: `${apiUrl}/executions/${end.name}`,
    },
  };
}

/** The address that an execution's input names; undefined without one. */
export function addressOf({ input }: ExecutionEnd): string | undefined {
  const { notify } = (parsed(input) ?? {}) as { notify?: unknown };
  return typeof notify === "string" ? notify : undefined;
}

/** The time in an execution's input until which it was held, in milliseconds since 1970; undefined without one. */
export function startTimeOf({ input }: ExecutionEnd): number | undefined {
  const { notBefore } = (parsed(input) ?? {}) as { notBefore?: unknown };
  const time = NotBefore.safeParse(notBefore).data;
  return time === undefined ? undefined : Date.parse(time);
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
