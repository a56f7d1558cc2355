import { statesLimits } from "../../../limits.ts";
import type { Json } from "../../data/json.ts";
import type { ChildInput } from "../../store/input-file.ts";
import { ExecutionError } from "../error.ts";

/** Maximum input of one child execution. */
export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Yields each item as the input of a separate child execution. */
export async function* single(items: AsyncIterable<Json>): AsyncGenerator<ChildInput> {
  let index = 0;
  for await (const item of items) {
    const text = JSON.stringify(item);
    assertFits(text, index, statesLimits.payloadBytes);
    yield { text, items: 1 };
    index += 1;
  }
}

/**
 * Groups items into batches, `{"BatchInput": …, "Items": […]}`. Each batch contains as many items as both limits allow,
 * and at least one. Throws "States.DataLimitExceeded" for an item that does not fit into any batch.
 */
export async function* batched(
  items: AsyncIterable<Json>,
  limits: BatchLimits,
  batchInput: Json | undefined,
): AsyncGenerator<ChildInput> {
  const head = `{${batchInput === undefined ? "" : `"BatchInput":${JSON.stringify(batchInput)},`}"Items":[`;
  const frame = Buffer.byteLength(head) + 2;
  const most = Math.min(limits.bytes, statesLimits.payloadBytes);
  let batch: string[] = [];
  let bytes = frame;
  let index = 0;
  for await (const item of items) {
    const text = JSON.stringify(item);
    assertFits(text, index, most - frame);
    const size = Buffer.byteLength(text) + 1;
    // Each size includes a comma, which the last item of a batch does not have.
    if (batch.length >= limits.items || (batch.length > 0 && bytes + size - 1 > most)) {
      yield { text: `${head}${batch.join()}]}`, items: batch.length };
      batch = [];
      bytes = frame;
    }
    batch.push(text);
    bytes += size;
    index += 1;
  }
  if (batch.length > 0) yield { text: `${head}${batch.join()}]}`, items: batch.length };
}

function assertFits(text: string, index: number, most: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= most) return;
  throw new ExecutionError(
    "States.DataLimitExceeded",
    `The item ${index} of the Map Run has ${bytes} bytes; the input of a child execution has room for ${Math.max(0, most)}.`,
  );
}
