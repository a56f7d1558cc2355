import { rootCertificates } from "node:tls";
import { Webhook } from "standardwebhooks";
import { request } from "undici";
import { webhookLimits } from "../../contract/limits.ts";
import { WebhookUrl } from "../../contract/request.ts";
import { abortable } from "../../lib/deadline.ts";
import { printable } from "../../lib/printable.ts";
import { awakeTimeout } from "../shared/awake-timeout.ts";
import { allowedAddresses, HostRefused, type Resolver } from "../shared/hosts/addresses.ts";
import { pinnedAgent } from "../shared/hosts/pinned-agent.ts";
import { isBlockedPort } from "../shared/hosts/ports.ts";
import { WebhookNotDelivered, WebhookRefused } from "./webhook-error.ts";

export interface DeliveryRules {
  /** Patterns of the hosts that may be called. */
  readonly hosts: readonly string[];
  /** The secrets that sign, the current one first. */
  readonly secrets: readonly string[];
  /** Certificate authorities in PEM form besides the public ones. @default none */
  readonly authorities?: string;
  /** Milliseconds for the whole attempt. @default `webhookLimits.attemptSeconds` */
  readonly timeoutMs?: number;
  /** @default the system's */
  readonly resolve?: Resolver;
}

/** Responses of 4xx that ask for another attempt: Request Timeout, Too Early, Too Many Requests. */
const passing = new Set([408, 425, 429]);

/**
 * Sends one attempt of a webhook, signed by every secret. Redirects are not followed: an address that moved must be named.
 * @throws WebhookNotDelivered if another attempt may succeed, WebhookRefused if not
 */
export async function deliver(
  address: string,
  message: { readonly id: string; readonly body: string },
  rules: DeliveryRules,
): Promise<{ readonly status: number; readonly host: string }> {
  const url = checkAddress(address);
  const { timeoutMs = webhookLimits.attemptSeconds * 1_000 } = rules;
  const timeout = awakeTimeout(timeoutMs);
  let agent: ReturnType<typeof pinnedAgent> | undefined;
  try {
    const { signal } = timeout;
    const allowed = allowedAddresses(url, { patterns: rules.hosts, setting: "notifyHosts" }, rules.resolve);
    const addresses = await abortable(allowed, signal);
    agent = pinnedAgent({
      addresses,
      timeoutMs,
      signal,
      maxHeadBytes: webhookLimits.responseBytes,
      ...(rules.authorities && { authorities: [...rootCertificates, rules.authorities] }),
    });
    const headers = headersOf(message, rules.secrets);
    const response = await abortable(
      request(url, { method: "POST", dispatcher: agent, signal, headers, body: message.body }),
      signal,
    );
    // The status decides. A receiver may see an error if the connection ends before its response does.
    await response.body.dump({ limit: webhookLimits.responseBytes, signal }).catch(() => {});
    checkStatus(response.statusCode, url.host);
    return { status: response.statusCode, host: url.host };
  } catch (error) {
    throw asWebhookError(error, url.host, timeoutMs);
  } finally {
    timeout.stop();
    void agent?.destroy();
  }
}

/** @throws WebhookRefused */
function checkAddress(address: string): URL {
  if (!WebhookUrl.safeParse(address).success) {
    throw new WebhookRefused('The address in "notify" is not an https address.');
  }
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") {
    throw new WebhookRefused(`The address in "notify" contains credentials for "${url.host}": remove them.`);
  }
  if (isBlockedPort(url))
    throw new WebhookRefused(`The port ${url.port} of "${url.host}" belongs to another protocol.`);
  return url;
}

/** The headers of Standard Webhooks; the receiver needs one signature that it knows the secret of. */
function headersOf({ id, body }: { readonly id: string; readonly body: string }, secrets: readonly string[]) {
  if (secrets.length === 0) {
    throw new WebhookRefused('Webhooks are signed, and this stack has no secret: set "webhookSecret".');
  }
  const now = new Date();
  return {
    "content-type": "application/json",
    "user-agent": "deep-learning-workflow",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(" "),
  };
}

/** @throws WebhookNotDelivered, WebhookRefused */
function checkStatus(status: number, host: string): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw new WebhookNotDelivered(`"${host}" redirects (${status}): name the address to which it leads in "notify".`);
  }
  if (status >= 400 && status < 500 && !passing.has(status)) {
    throw new WebhookRefused(`"${host}" does not take the webhook (${status}).`);
  }
  throw new WebhookNotDelivered(`"${host}" responded with ${status}.`);
}

function asWebhookError(error: unknown, host: string, timeoutMs: number): Error {
  if (error instanceof WebhookNotDelivered || error instanceof WebhookRefused) return error;
  if (error instanceof HostRefused && error.code === "HostNotAllowed") {
    return new WebhookRefused(error.message, { cause: error });
  }
  if (error instanceof HostRefused) return new WebhookNotDelivered(error.message, { cause: error });
  const { name, code, message } = error as NodeJS.ErrnoException;
  const why = name === "TimeoutError" ? `it did not respond within ${timeoutMs} ms` : (code ?? message);
  return new WebhookNotDelivered(`"${host}" cannot be called: ${printable(why)}.`, { cause: error });
}
