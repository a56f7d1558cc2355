import { describe, expect, it } from "vitest";
import type { ReaderConfig } from "../../asl/distributed-map.ts";
import type { Objects } from "../../objects.ts";
import { listItems, readItems } from "./item-reader.ts";

/** An object that arrives in chunks of three bytes: the result must not depend on the chunk boundaries. */
function object(content: string): Pick<Objects, "read"> {
  return {
    async read() {
      return pieces();
    },
  };
  async function* pieces() {
    const bytes = Buffer.from(content);
    for (let start = 0; start < bytes.length; start += 3) yield bytes.subarray(start, start + 3);
  }
}

async function items(content: string, config: ReaderConfig = {}, most = Infinity): Promise<readonly unknown[]> {
  const list: unknown[] = [];
  for await (const item of readItems(object(content), { bucket: "b", key: "k" }, config, most)) list.push(item);
  return list;
}

describe("readItems", () => {
  it("reads a JSON array, item by item, and stops at the most that are wanted", async () => {
    expect(await items('[1,{"a":"größe"},[null]]')).toEqual([1, { a: "größe" }, [null]]);
    expect(await items("[]")).toEqual([]);
    expect(await items("[1,2,3]", {}, 2)).toEqual([1, 2]);
  });

  it("leaves an object closed of which it has read enough", async () => {
    let open = true;
    async function* pieces() {
      try {
        yield Buffer.from("[1,2,3,");
        for (let round = 0; round < 1_000; round += 1) {
          await new Promise(setImmediate);
          yield Buffer.from(`"${"x".repeat(10_000)}",`);
        }
      } finally {
        open = false;
      }
    }
    const objects = { read: async () => pieces(), write: () => Promise.reject(new Error("It is only read.")) };
    const read: unknown[] = [];
    for await (const item of readItems(objects, { bucket: "b", key: "k" }, {}, 2)) read.push(item);
    expect(read).toEqual([1, 2]);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(open).toBe(false);
  });

  it("reads JSON Lines, without empty lines and a byte order mark", async () => {
    expect(await items('\ufeff{"a":1}\r\n\n"b"', { InputType: "JSONL" })).toEqual([{ a: 1 }, "b"]);
  });

  it("reads CSV by its first row or by given headers: all fields are texts", async () => {
    const text = 'id,"na,me"\n1,"a ""b"""\n\n2\n3,c,extra\n';
    const first = { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" } as const;
    expect(await items(text, first)).toEqual([
      { id: "1", "na,me": 'a "b"' },
      { id: "2", "na,me": "" },
      { id: "3", "na,me": "c" },
    ]);
    expect(await items(text, first, 1)).toHaveLength(1);
    const given = {
      InputType: "CSV",
      CSVHeaderLocation: "GIVEN",
      CSVHeaders: ["x", "y"],
      CSVDelimiter: "PIPE",
    } as const;
    expect(await items("1|2\n3|4", given)).toEqual([
      { x: "1", y: "2" },
      { x: "3", y: "4" },
    ]);
  });

  it.each<[string, ReaderConfig]>([
    ['{"a":1}', {}],
    ["[1,2", {}],
    ["", {}],
    ["1\n{", { InputType: "JSONL" }],
    ['"a', { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" }],
  ])("fails as States.ItemReaderFailed for %j read as %j", async (text, config) => {
    await expect(items(text, config)).rejects.toMatchObject({
      name: "States.ItemReaderFailed",
      message: expect.stringMatching(/cannot read the object "s3:\/\/b\/k" after \d items/),
    });
  });
});

describe("listItems", () => {
  const listing = async (keys: readonly string[], most: number) => {
    async function* list() {
      const lastModified = "2026-01-02T03:04:05.678Z";
      for (const key of keys) yield { key, etag: `"${key}"`, lastModified, size: 3, storageClass: "STANDARD" };
    }
    const found: unknown[] = [];
    for await (const item of listItems({ list }, { bucket: "b", prefix: "p/" }, most)) found.push(item);
    return found;
  };

  it("gives the objects of a bucket as AWS names their fields, and stops at the most that are wanted", async () => {
    expect(await listing(["p/1"], Infinity)).toEqual([
      { Etag: '"p/1"', Key: "p/1", LastModified: 1_767_323_045, Size: 3, StorageClass: "STANDARD" },
    ]);
    expect(await listing(["1", "2", "3"], 2)).toMatchObject([{ Key: "1" }, { Key: "2" }]);
    expect(await listing(["1", "2", "3"], 3)).toHaveLength(3);
  });

  it("refuses a negative number of items", async () => {
    await expect(listing(["1"], -1)).rejects.toMatchObject({ name: "States.ItemReaderFailed" });
  });
});
