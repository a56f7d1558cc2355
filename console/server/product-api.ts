import { z } from "zod";
import type { Clients } from "./clients.ts";
import type { Reply } from "./operation.ts";
import { Refusal } from "./refusal.ts";

/** The largest results that the page reads: about 100,000 images. Clients of the API have no such limit. */
const resultsBytes = 64 * 1024 * 1024;

/** Time for an object on its way from or to the bucket. */
export const objectMs = 5 * 60_000;

/**
 * A request to the product's API. The path must not contain a host, or anything that a URL parser would resolve to a
 * different path.
 */
const ApiCall = z.object({
  method: z.enum(["GET", "POST", "DELETE"]),
  path: z
    .string()
    .regex(/^\/(?![/\\])[^\\#\s]*$/)
    .refine((path) => new URL(path, "http://api").pathname === path.split("?", 1)[0], "leads to another path"),
  body: z.unknown().optional(),
});

const ResultsCall = z.object({ executionId: z.string().min(1) });

/** Sends one request to the product's API and forwards its JSON. */
export async function invokeApi({ api }: Clients, input: unknown): Promise<Reply> {
  const { method, path, body } = ApiCall.parse(input);
  const response = await send(api, method, path, body);
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

/**
 * Returns the text of an execution's results. The API redirects to a signed URL in the bucket, which must not receive
 * the API's key.
 */
export async function readResults({ api }: Clients, input: unknown): Promise<Reply> {
  const { executionId } = ResultsCall.parse(input);
  const response = await send(api, "GET", `/executions/${encodeURIComponent(executionId)}/results`);
  const location = response.headers.get("location");
  if (response.status < 300 || response.status > 399 || location === null) {
    return { status: response.status, body: await response.json().catch(() => undefined) };
  }
  await response.body?.cancel();
  const object = await fetch(new URL(location, api.url), {
    redirect: "error",
    signal: AbortSignal.timeout(objectMs),
  });
  const bytes = Number(object.headers.get("content-length") ?? Number.NaN);
  if (object.ok && bytes <= resultsBytes) return { body: { text: await object.text() } };
  await object.body?.cancel();
  if (!object.ok) {
    // The bucket no longer has results that have expired.
    const status = object.status < 500 ? 410 : 502;
    throw new Refusal(status, "ResultsUnavailable", `The bucket returned status ${object.status} for the results.`);
  }
  const remedy = `read them with "npm run classify" or GET /executions/${executionId}/results`;
  throw new Refusal(
    413,
    "ResultsTooLarge",
    `The results have ${bytes} bytes; the page reads at most ${resultsBytes}: ${remedy}.`,
  );
}

/** A little more than the 29 seconds for which API Gateway waits. */
const requestMs = 35_000;

function send(api: Clients["api"], method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(api.url + path, {
    method,
    redirect: "manual",
    signal: AbortSignal.timeout(requestMs),
    headers: {
      ...(api.key === undefined ? {} : { "x-api-key": api.key }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
