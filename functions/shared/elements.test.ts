import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsOf } from "./elements.ts";

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let at = 0; start < bytes.length; at += 1) {
    const end = start + (sizes[at % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}
async function read(text: string, sizes: readonly number[] = [5]): Promise<readonly unknown[]> {
  const elements: unknown[] = [];
  for await (const element of elementsOf(cut(Buffer.from(text), sizes))) elements.push(JSON.parse(element));
  return elements;
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("elementsOf", () => {
  it("yields each element of a list, wherever the stream is split and however the text is indented", async () => {
    const lists = fc.array(fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(lists, sizes, fc.constantFrom(undefined, 2, "\t"), async (list, pieces, indent) => {
        expect(await read(JSON.stringify(list, null, indent), pieces)).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  it("handles strings full of structural characters and multi-byte characters", async () => {
    const list = ['[{"a":"\\"]},"}]', { 'ключ"[': "\\\\" }, [["]", "\\"]], "𝄞,"];
    await expect(read(JSON.stringify(list), [1])).resolves.toEqual(list);
  });

  it("yields only the beginning of an element that is longer than allowed, and goes on with the next", async () => {
    const elements: string[] = [];
    const text = `[1,"${"x".repeat(10_000)}",[2]]`;
    for await (const element of elementsOf(cut(Buffer.from(text), [100]), 200)) elements.push(element);
    expect(elements).toEqual(["1", `"${"x".repeat(200)}`, "[2]"]);
  });

  it.each(["", "[", '[{"a":1}', '[{"a":"]"', "{}", '{"a":[]}', "[1}", "[1][2]", "null", "]", "![1]", "[1]!"])(
    "rejects %j, which is not one complete list",
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({ name: "NotAList" });
    },
  );
});
