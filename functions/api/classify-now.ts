import { randomUUID } from "node:crypto";
import { busySeconds, notReadyErrors, notReadySeconds, refusedErrors, storageError } from "../../contract/errors.ts";
import type { SyncResult } from "../../contract/http.ts";
import { apiLimits, inlineStateBytes } from "../../contract/limits.ts";
import { type ClassifyRequest, imageSource } from "../../contract/request.ts";
import { StoredOutcome } from "../../contract/workflow.ts";
import { itemsOf } from "../shared/items.ts";
import { worstCaseResultBytes } from "../shared/state-size.ts";
import { ApiFailure } from "./api-failure.ts";
import { refuseMore } from "./classification.ts";
import { errorOf } from "./view.ts";
import type { SyncExecution, Workflows } from "./workflows.ts";

const remedy = "use POST /classify, which does not wait";
const Finished = StoredOutcome.required({ results: true });

/**
 * Classifies synchronously with the Express workflow.
 * @throws ApiFailure "InvalidRequest", "TooManyImages", "TimedOut", "ServiceUnavailable", "InternalError"
 */
export async function classifyNow(
  request: ClassifyRequest,
  { workflows, classifyNowArn }: { readonly workflows: Workflows; readonly classifyNowArn: string },
): Promise<SyncResult> {
  if (request.notify !== undefined) {
    const message = 'POST /classify/sync returns the results itself and sends no webhook: leave "notify" out.';
    throw new ApiFailure("InvalidRequest", message, { details: [{ path: "notify", message }] });
  }
  if (request.notBefore !== undefined) {
    const message = `POST /classify/sync starts at once: leave "notBefore" out, or ${remedy}.`;
    throw new ApiFailure("InvalidRequest", message, { details: [{ path: "notBefore", message }] });
  }
  const source = imageSource(request);
  if (source.kind !== "list") throw unlisted(source.kind === "prefix" ? "images" : "manifest");
  const { images } = source;
  const count = images.length;
  if (count > apiLimits.syncImages) {
    const message = `POST /classify/sync accepts at most ${apiLimits.syncImages} images, but the request has ${count}: ${remedy}.`;
    throw new ApiFailure("TooManyImages", message);
  }
  refuseMore(images, request.maxImages);
  // This workflow can pass results only in its state.
  if (worstCaseResultBytes(itemsOf(images), request.topK) > inlineStateBytes) {
    const message = `The results may not fit the state of the workflow, because the image references are very long: ${remedy}.`;
    throw new ApiFailure("TooManyImages", message);
  }
  const ended = await run(workflows, classifyNowArn, JSON.stringify(request));
  if (ended.status === "TIMED_OUT") throw late();
  if (isOneOf(notReadyErrors, ended.error)) throw asleep();
  if (isOneOf([...refusedErrors, storageError], ended.error)) throw busy();
  if (ended.status !== "SUCCEEDED") throw failed(ended);
  const { executionId, release, counts, results } = Finished.parse(JSON.parse(ended.output ?? "null"));
  return { executionId, release, counts, results };
}

/** How many images a prefix or a manifest has is known only after it was read, which takes longer than a caller waits. */
function unlisted(path: string): ApiFailure {
  const message = `POST /classify/sync accepts only a list of images: ${remedy}.`;
  return new ApiFailure("InvalidRequest", message, { details: [{ path, message: "must be a list of images" }] });
}

async function run(workflows: Workflows, machineArn: string, input: string): Promise<SyncExecution> {
  try {
    return await workflows.startSync(machineArn, randomUUID(), input);
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") throw late(error);
    throw error;
  }
}

function late(cause?: Error): ApiFailure {
  const message = `The images were not classified within ${apiLimits.syncSeconds} seconds: ${remedy}.`;
  return new ApiFailure("TimedOut", message, { cause });
}

const isOneOf = (names: readonly string[], error: string | undefined): boolean => names.some((name) => name === error);

/** The error for functions that Lambda throttles or failed to run, after the retries of the workflow. */
function busy(): ApiFailure {
  const message = `The functions that classify images are busy: try again in ${busySeconds} seconds, or ${remedy}.`;
  return new ApiFailure("ServiceUnavailable", message, { headers: { "retry-after": String(busySeconds) } });
}

/** The error for a function that has been idle for weeks; the refused call reactivates it. */
function asleep(): ApiFailure {
  const message = `The functions that classify images are starting after a long pause: try again in ${notReadySeconds} seconds.`;
  return new ApiFailure("ServiceUnavailable", message, { headers: { "retry-after": String(notReadySeconds) } });
}

function failed(ended: SyncExecution): ApiFailure {
  const error = errorOf({ ...ended, status: "FAILED" });
  const details = error ? [{ path: error.code, message: error.message }] : undefined;
  return new ApiFailure("InternalError", `The workflow failed (${error?.code ?? ended.status}).`, { details });
}
