import { statesLimits } from "../../../limits.ts";
import type { Json } from "../../data/json.ts";
import type { ChildInput } from "../../store/input-file.ts";
import { ExecutionError } from "../error.ts";

/** How much one child execution is given at most. */
export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

/** Each item by itself, as the input of one child execution. */
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
 * Items in batches, `{"BatchInput": …, "Items": […]}`: as many as fit both limits, at least one.
 * Throws "States.DataLimitExceeded" for an item that fits no batch.
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
    // The last item of a batch has no comma behind it.
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
