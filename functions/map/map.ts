import { MapInput, type Plan, prefixes, WorkflowInput } from "../../contract/workflow.ts";
import { itemsOf } from "../shared/items.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { InvalidInput, parseEvent } from "../shared/parse.ts";
import { inlineStateBytes, jsonBytes, worstCaseResultBytes } from "../shared/state-size.ts";
import { type PlanLimits, plan } from "./plan.ts";

export interface MapServices {
  readonly objects: Pick<JsonObjects, "read">;
  /** The stack's own bucket: requests are read from nowhere else. */
  readonly bucket: string;
  readonly limits: PlanLimits;
}

/** More images than the states between the functions can carry. The name is what a Catch can match. */
export class TooManyImages extends Error {
  constructor(images: number, bytes: number) {
    super(
      `The results of ${images} images may take ${bytes} bytes, and the workflow's state carries ${inlineStateBytes}: start several executions.`,
    );
    this.name = "TooManyImages";
  }
}

/**
 * Reads the request, here or in the bucket, and plans it.
 * @throws InvalidInput, ObjectNotFound, TooManyImages: none of them is retried, the same input fails again.
 */
export async function mapImages(event: unknown, services: MapServices): Promise<Plan> {
  const { executionId, input } = parseEvent("map", MapInput, event);
  const { images, topK } = "images" in input ? input : await readRequest(input, services);
  // API callers are refused before an execution starts; this is for executions that others start.
  const bytes = worstCaseResultBytes(itemsOf(images), topK);
  if (bytes > inlineStateBytes) throw new TooManyImages(images.length, bytes);
  const result = plan({ executionId, images, topK }, services.limits);
  const items = result.batches.reduce((sum, batch) => sum + batch.Items.length, 0);
  log("INFO", "planned", { executionId, images: images.length, items, batches: result.batches.length });
  if (jsonBytes(result) > inlineStateBytes) throw new TooManyImages(images.length, jsonBytes(result));
  return result;
}

async function readRequest(
  { request }: Extract<WorkflowInput, { request: unknown }>,
  { objects, bucket }: MapServices,
) {
  if (request.bucket !== bucket || !request.key.startsWith(prefixes.requests)) {
    const message = `must name an object under "s3://${bucket}/${prefixes.requests}"`;
    throw new InvalidInput("map", [{ path: ["input", "request"], message }]);
  }
  const [inline] = WorkflowInput.options;
  return parseEvent("map", inline, await objects.read(request));
}
