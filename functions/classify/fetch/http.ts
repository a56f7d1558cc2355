import { Agent, errors, request } from "undici";
import { ImageError } from "../image-error.ts";
import { type Address, allowedAddresses, type Resolver, systemResolver } from "./address.ts";
import { checkLength, discard, readBody } from "./body.ts";
import { canonicalHost } from "./hosts.ts";
import { checkUrl } from "./reference.ts";

export interface FetchRules {
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
  /** Milliseconds for everything: name, connection, headers, body, redirects. */
  readonly timeoutMs: number;
  /** Ends the fetch; the rejection has its reason. */
  readonly signal?: AbortSignal;
  /** @default the system's */
  readonly resolve?: Resolver;
}

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Fetches a web image. Every hop is judged anew: its scheme, its host, the addresses of its name, and the connection
 * is pinned to those addresses.
 * @throws ImageError
 */
export async function fetchHttp(start: URL, rules: FetchRules): Promise<Buffer> {
  const signal = AbortSignal.timeout(rules.timeoutMs);
  let url = start;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const { image, movedTo } = await hopTo(url, rules, signal);
    if (image) return image;
    url = movedTo;
  }
  throw new ImageError("TooManyRedirects", `"${start.host}" redirects more than ${maxRedirects} times.`);
}

type Hop = { readonly image: Buffer; readonly movedTo?: never } | { readonly image?: never; readonly movedTo: URL };

/** One request: the image, or where it has moved to. */
async function hopTo(url: URL, rules: FetchRules, signal: AbortSignal): Promise<Hop> {
  let agent: Agent | undefined;
  try {
    const resolve = allowedAddresses(url, rules.allowedHosts, rules.resolve ?? systemResolver);
    const addresses = await abortable(resolve, signal);
    agent = pinnedAgent(addresses, rules.timeoutMs);
    const response = await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        accept: "image/*",
        "accept-encoding": "identity",
        "user-agent": "deep-learning-workflow",
      },
    });
    const { statusCode, headers, body } = response;
    if (redirects.has(statusCode) && headers["location"] !== undefined) {
      discard(body);
      return { movedTo: redirectTarget(String(headers["location"]), url) };
    }
    if (statusCode !== 200) {
      discard(body);
      throw statusError(statusCode, url);
    }
    const declared = Number(headers["content-length"]);
    if (declared > rules.maxBytes) discard(body);
    checkLength(declared, rules.maxBytes);
    return { image: await readBody(body, rules.maxBytes, String(headers["content-encoding"] ?? "identity")) };
  } catch (error) {
    throw asImageError(error, url, rules.timeoutMs);
  } finally {
    // A connection is never shared between images: the next one may have other rules to be judged by.
    void agent?.destroy();
  }
}

function pinnedAgent(addresses: readonly Address[], timeoutMs: number): Agent {
  return new Agent({
    connections: 1,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16 * 1024,
    connect: {
      timeout: Math.min(timeoutMs, 5_000),
      autoSelectFamily: true,
      lookup(_host, options, answer) {
        const [first] = addresses;
        if (options.all) answer(null, [...addresses]);
        else answer(null, first?.address ?? "", first?.family ?? 4);
      },
    },
  });
}

function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) {
    throw new ImageError("UpstreamError", `"${from.host}" redirects to something that is not a URL.`);
  }
  return checkUrl(new URL(location, from));
}

function statusError(status: number, url: URL): ImageError {
  const host = canonicalHost(url.host);
  if (status === 404 || status === 410)
    return new ImageError("ImageNotFound", `"${host}" has no such image (${status}).`);
  if (status === 401 || status === 403) {
    return new ImageError("AccessDenied", `"${host}" does not give this image to everybody (${status}).`);
  }
  if (status === 429) return new ImageError("TooManyRequests", `"${host}" asks for fewer requests (429): try later.`);
  return new ImageError("UpstreamError", `"${host}" answered ${status} instead of an image.`);
}

const timeouts = [
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.BodyTimeoutError,
  errors.RequestAbortedError,
];

function asImageError(error: unknown, url: URL, timeoutMs: number): ImageError {
  if (error instanceof ImageError) return error;
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || code === "ETIMEDOUT" || timeouts.some((kind) => error instanceof kind)) {
    return new ImageError("FetchTimeout", `"${url.host}" did not send the image within ${timeoutMs} ms.`, {
      cause: error,
    });
  }
  if (error instanceof errors.HTTPParserError || code?.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new ImageError("UpstreamError", `"${url.host}" does not answer in valid HTTP.`, { cause: error });
  }
  return new ImageError("ConnectionFailed", `The connection to "${url.host}" failed (${code ?? message}).`, {
    cause: error,
  });
}

/** Name resolution cannot be cancelled; the wait for it can. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
