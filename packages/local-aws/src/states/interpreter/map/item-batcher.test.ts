import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../data/json.ts";
import type { ChildInput } from "../../store/input-file.ts";
import { batched, single } from "./item-batcher.ts";

async function* each(items: readonly Json[]): AsyncGenerator<Json> {
  yield* items;
}

async function all(inputs: AsyncIterable<ChildInput>): Promise<readonly ChildInput[]> {
  const list: ChildInput[] = [];
  for await (const input of inputs) list.push(input);
  return list;
}

const limits = (items: number, bytes = Infinity) => ({ items, bytes });

describe("batched", () => {
  it("fills batches to the number of items, the last one with what is left", async () => {
    expect(await all(batched(each([1, 2, 3]), limits(2), { id: "a" }))).toEqual([
      { text: '{"BatchInput":{"id":"a"},"Items":[1,2]}', items: 2 },
      { text: '{"BatchInput":{"id":"a"},"Items":[3]}', items: 1 },
    ]);
    expect(await all(batched(each([1]), limits(2), undefined))).toEqual([{ text: '{"Items":[1]}', items: 1 }]);
    expect(await all(batched(each([]), limits(2), undefined))).toEqual([]);
  });

  it("keeps every item once, in order, within both limits, and could fill no batch further", async () => {
    const sizes = fc.record({ items: fc.integer({ min: 1, max: 6 }), bytes: fc.integer({ min: 60, max: 140 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ maxLength: 8, unit: "binary" })), sizes, async (items, most) => {
        const batches = await all(batched(each(items), most, undefined));
        const parsed = batches.map(({ text }) => (JSON.parse(text) as { Items: string[] }).Items);
        expect(parsed.flat()).toEqual(items);
        batches.forEach(({ text, items: count }, index) => {
          expect(count).toBe(parsed[index]?.length);
          expect(count).toBeLessThanOrEqual(most.items);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most.bytes);
          const next = parsed[index + 1]?.[0];
          if (next === undefined || count === most.items) return;
          expect(Buffer.byteLength(text) + 1 + Buffer.byteLength(JSON.stringify(next))).toBeGreaterThan(most.bytes);
        });
      }),
    );
  });

  it("makes batches smaller where they would exceed an execution's 256 KiB, BatchInput included", async () => {
    const items = Array.from({ length: 5 }, () => "x".repeat(100_000));
    const batches = await all(batched(each(items), limits(5), "y".repeat(50_000)));
    expect(batches.map((batch) => batch.items)).toEqual([2, 2, 1]);
  });

  it("refuses an item that no batch can hold, by its place", async () => {
    await expect(all(batched(each(["a", "x".repeat(100)]), limits(5, 50), undefined))).rejects.toMatchObject({
      name: "States.DataLimitExceeded",
      message: "The item 1 of the Map Run has 102 bytes; the input of a child execution has room for 38.",
    });
    await expect(all(single(each(["x".repeat(262_143)])))).rejects.toMatchObject({ name: "States.DataLimitExceeded" });
    expect(await all(single(each(["x".repeat(262_142)])))).toHaveLength(1);
  });
});
