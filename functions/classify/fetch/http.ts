import { type Agent, errors, request } from "undici";
import { abortable } from "../../../lib/deadline.ts";
import { awakeTimeout } from "../../shared/awake-timeout.ts";
import type { Resolver } from "../../shared/hosts/addresses.ts";
import { canonicalHost } from "../../shared/hosts/permission.ts";
import { pinnedAgent } from "../../shared/hosts/pinned-agent.ts";
import { ImageError } from "../image-error.ts";
import { imageAddresses } from "./address.ts";
import { retryAfterMs } from "./again.ts";
import { checkLength, discard, readBody } from "./body.ts";
import { checkUrl } from "./reference.ts";
import { tolerateHead } from "./response-head.ts";

export interface FetchRules {
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
  /** Milliseconds for the whole fetch: DNS, connection, headers, body, redirects. */
  readonly timeoutMs: number;
  /** Aborts the fetch, which rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** @default the system's */
  readonly resolve?: Resolver;
}

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);
/** 203: the same content, forwarded by a proxy. */
const successes = new Set([200, 203]);
/** Bytes of a response's head. Browsers take 256 KiB, servers send 1; docs/api.md names it. */
const maxHeadBytes = 64 * 1024;

/** The phase of a fetch, for the message of a failure. */
type Phase =
  | "its name was not resolved"
  | "it was not connected"
  | "it did not respond"
  | "it did not send the whole image";

interface Hop {
  readonly url: URL;
  readonly rules: FetchRules;
  readonly signal: AbortSignal;
  readonly began: number;
  phase: Phase;
}

/**
 * Fetches a web image. For every hop, the scheme, port, host and addresses are checked, and the connection
 * is pinned to those addresses.
 * @throws ImageError, or the reason of the rules' signal
 */
export async function fetchHttp(start: URL, rules: FetchRules): Promise<Buffer> {
  const timeout = awakeTimeout(rules.timeoutMs);
  const signal = rules.signal ? AbortSignal.any([timeout.signal, rules.signal]) : timeout.signal;
  const began = performance.now();
  let url = start;
  try {
    for (let count = 0; count <= maxRedirects; count++) {
      const fetched = await follow({ url, rules, signal, began, phase: "its name was not resolved" });
      if (fetched.image) return fetched.image;
      url = fetched.movedTo;
    }
  } finally {
    timeout.stop();
  }
  throw new ImageError("TooManyRedirects", `"${start.host}" redirects more than ${maxRedirects} times.`);
}

type Fetched = { readonly image: Buffer; readonly movedTo?: never } | { readonly image?: never; readonly movedTo: URL };

/** One request: returns the image, or the URL of a redirect. */
async function follow(hop: Hop): Promise<Fetched> {
  const { url, rules, signal } = hop;
  let agent: Agent | undefined;
  try {
    const resolve = imageAddresses(url, rules.allowedHosts, rules.resolve);
    const addresses = await abortable(resolve, signal);
    hop.phase = "it was not connected";
    agent = pinnedAgent({
      addresses,
      timeoutMs: rules.timeoutMs,
      signal,
      maxHeadBytes,
      onSocket: (socket) => tolerateHead(socket, maxHeadBytes),
    });
    agent.once("connect", () => {
      hop.phase = "it did not respond";
    });
    signal.throwIfAborted();
    const response = request(url, {
      dispatcher: agent,
      signal,
      headers: {
        // Some servers reject a request that does not accept everything.
        accept: "image/*,*/*;q=0.8",
        "accept-encoding": "identity",
        "user-agent": "deep-learning-workflow",
      },
    });
    // undici looks at the signal only when the connection is there.
    const { statusCode, headers, body } = await abortable(response, signal);
    hop.phase = "it did not send the whole image";
    const location = first(headers["location"]);
    if (redirects.has(statusCode) && location !== undefined) {
      discard(body);
      return { movedTo: redirectTarget(location, url) };
    }
    if (!successes.has(statusCode)) {
      discard(body);
      throw statusError(statusCode, url, retryAfterMs(first(headers["retry-after"])));
    }
    const declared = Number(first(headers["content-length"]));
    if (declared > rules.maxBytes) discard(body);
    checkLength(declared, rules.maxBytes);
    return { image: await readBody(body, rules.maxBytes, [headers["content-encoding"] ?? []].flat().join(",")) };
  } catch (error) {
    rules.signal?.throwIfAborted();
    throw asImageError(error, hop);
  } finally {
    // Images never share a connection, because other rules may apply to the next one.
    void agent?.destroy();
  }
}

function first(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

/** Node decodes headers as Latin-1, but servers send UTF-8, as browsers expect. */
function redirectTarget(location: string, from: URL): URL {
  const text = Buffer.from(location, "latin1").toString("utf8");
  const target = text.includes("\ufffd") ? location : text;
  if (!URL.canParse(target, from.href)) {
    throw new ImageError("UpstreamError", `"${from.host}" redirects to something that is not a URL.`);
  }
  return checkUrl(new URL(target, from));
}

/** @param afterMs what the host asks to wait before another attempt */
function statusError(status: number, url: URL, afterMs: number): ImageError {
  const host = canonicalHost(url.host);
  if (status === 404 || status === 410)
    return new ImageError("ImageNotFound", `"${host}" has no such image (${status}).`);
  if (status === 401 || status === 403) {
    return new ImageError("AccessDenied", `"${host}" does not allow public access to this image (${status}).`);
  }
  if (status === 429)
    return new ImageError("TooManyRequests", `"${host}" is limiting requests (429): try again later.`, {
      again: { afterMs },
    });
  return new ImageError("UpstreamError", `"${host}" responded with ${status} instead of an image.`, {
    again: status >= 500 ? { afterMs } : undefined,
  });
}

const timeouts = [
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.BodyTimeoutError,
  errors.RequestAbortedError,
];

function asImageError(error: unknown, { url, began, phase }: Hop): ImageError {
  if (error instanceof ImageError) return error;
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || code === "ETIMEDOUT" || timeouts.some((kind) => error instanceof kind)) {
    const passed = Math.round(performance.now() - began);
    return new ImageError("FetchTimeout", `The image of "${url.host}" was given up after ${passed} ms: ${phase}.`, {
      cause: error,
      again: { afterMs: 0 },
    });
  }
  if (error instanceof errors.HTTPParserError || code?.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new ImageError("UpstreamError", `"${url.host}" does not respond in valid HTTP (${code ?? name}).`, {
      cause: error,
    });
  }
  return new ImageError("ConnectionFailed", `The connection to "${url.host}" failed (${code ?? message}).`, {
    cause: error,
    again: lost.has(code ?? "") ? { afterMs: 0 } : undefined,
  });
}

/** Connections that were refused or broke, for a moment perhaps; not, for example, a certificate that is wrong. */
const lost = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
