import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiLimits } from "../../../contract/limits.ts";
import { memorySources } from "../test-support/memory-sources.ts";
import type { Entry } from "./entry.ts";
import { Manifest } from "./manifest.ts";

const location = { bucket: "photos", key: "list" };

async function read(content: string | Buffer): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const manifest = new Manifest(location, memorySources({ "photos/list": content }));
  for await (const entry of manifest.entries()) entries.push(entry);
  return entries;
}
const failure = (content: string | Buffer): Promise<Error> =>
  read(content).then(
    () => Promise.reject(new Error("It was read.")),
    (error: Error) => error,
  );

const three = ["https://a.test/1.jpg", "s3://photos/zwei ä.jpg", "https://a.test/3.jpg?x=1,2;3"];
const expected = three.map((image) => ({ image }));
const forms: Readonly<Record<string, string>> = {
  "a JSON list of texts": JSON.stringify(three),
  "a JSON list of objects, indented": JSON.stringify(expected, null, 2),
  "JSON Lines of texts": three.map((image) => JSON.stringify(image)).join("\n"),
  "JSON Lines of objects, with blank lines and Windows line ends": `\r\n${expected.map((each) => JSON.stringify({ id: 1, ...each })).join("\r\n\r\n")}\r\n`,
  "CSV with one column": `image\n${three.map((image) => `"${image}"`).join("\n")}\n`,
  "CSV with a quoted heading": `"image"\n${three.map((image) => `"${image}"`).join("\n")}`,
  "CSV with commas": `id,image,note\r\n${three.map((image) => `1,"${image}","a ""b"""`).join("\r\n")}`,
  "CSV with semicolons": `id;Image\n${three.map((image) => `1;"${image}"`).join("\n")}`,
  "CSV with tabs": `image\tid\n${three.map((image) => `${image}\t1`).join("\n")}`,
  "CSV with one column that is not quoted": `image\n${three.join("\n")}\n`,
  "CSV with line ends of three kinds": `id,image\r\n1,"${three[0]}"\n2,"${three[1]}"\r3,"${three[2]}"\r\n\n`,
  "JSON Lines that end with carriage returns": three.map((image) => `${JSON.stringify(image)}\r`).join(""),
  "CSV with bars": `image|id\n${three.map((image) => `${image}|1`).join("\n")}`,
};

describe("Manifest", () => {
  it.each(Object.entries(forms))("reads %s, with a byte order mark and compressed too", async (_what, text) => {
    for (const content of [text, `\ufeff${text}`, gzipSync(text), gzipSync(`\ufeff${text}`)]) {
      expect(await read(content)).toEqual(expected);
    }
  });

  it("finds the format of a file whose first pieces are small, as those of joined gzip files are", async () => {
    const parts = ["\ufeff", "\r\n", "im", "age\n", "a\nb"].map((part) => gzipSync(part));
    expect(await read(Buffer.concat(parts))).toEqual([{ image: "a" }, { image: "b" }]);
  });

  it("keeps images that appear twice, in their order", async () => {
    expect(await read('["a","b","a"]')).toEqual([{ image: "a" }, { image: "b" }, { image: "a" }]);
  });

  it.each([
    [
      "JSON Lines",
      '"a"\n\nnonsense\n{"url":"b"}\n"c"\n',
      ["Line 3 of the manifest is not JSON", "Line 4 of the manifest names no image"],
    ],
    [
      "a JSON list",
      '["a",\n{"url":"b"},\n  7, "c"]',
      ["Element 2 of the manifest names no image", "Element 3 of the manifest names no image"],
    ],
    [
      "CSV",
      'id,image\n1,a\n2\n\n3,""\n4,c\n',
      [
        'Line 3 of the manifest has no value in the column "image"',
        'Line 5 of the manifest has no value in the column "image"',
      ],
    ],
  ])("makes a bad line of %s an entry with its number, and goes on", async (_what, text, sentences) => {
    const [first, ...others] = await read(text);
    const last = others.pop();
    expect([first, last]).toEqual([{ image: "a" }, { image: "c" }]);
    expect(others.map(({ problem = "" }) => problem)).toEqual(sentences.map((each) => expect.stringContaining(each)));
  });

  it.each(["nonsense", "null", "7"])("makes a bad first line of JSON Lines an entry: %s", async (line) => {
    const [bad, ...others] = await read(`${line}\r\n\r\n{"image":"b"}\r\n"c"`);
    expect(bad).toMatchObject({ image: line, problem: expect.stringContaining("Line 1 of the manifest") });
    expect(others).toEqual([{ image: "b" }, { image: "c" }]);
  });

  it("makes a line that is too long an entry, without keeping it in memory", async () => {
    const long = "x".repeat(apiLimits.manifestLineBytes);
    for (const text of [`"a"\n"${long}"\n"c"\n`, `["a","${long}","c"]`, `image\na\n${long}y\nc`]) {
      const entries = await read(text);
      expect(entries).toHaveLength(3);
      expect(entries[1]?.problem).toMatch(/[23] of the manifest has more than 64 KiB/);
      expect(entries[1]?.image.length).toBeLessThanOrEqual(200);
      expect(entries[2]).toEqual({ image: "c" });
    }
  });

  it("reads what was written, for any references", async () => {
    const reference = fc
      .string({ minLength: 1, maxLength: 50, unit: "binary" })
      .filter((text) => text.trim() === text && !text.includes("\0") && !/^s3:/i.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(reference, { minLength: 1, maxLength: 20 }), fc.boolean(), async (images, zipped) => {
        for (const text of [JSON.stringify(images), images.map((image) => JSON.stringify({ image })).join("\n")]) {
          expect(await read(zipped ? gzipSync(text) : text)).toEqual(images.map((image) => ({ image })));
        }
      }),
    );
  });

  it.each<[string, string | Buffer, string]>([
    ["nothing", "", "lists no image"],
    ["blank lines", "\n \n", "lists no image"],
    ["an empty list", "[]", "lists no image"],
    ["only a heading", "image\n", "lists no image"],
    ["a list that is cut off", '["a","b"', "ends within the list"],
    ["JSON Lines that are cut off", '"a"\n{"image":"b', "ends within line 2"],
    ["CSV that is cut off within quotes", 'image,id\n"a,1\n', "not a table in CSV"],
    ["gzip data that are cut off", gzipSync(JSON.stringify(three)).subarray(0, -9), "gzip data ends too early"],
    [
      "gzip data that are damaged",
      Buffer.concat([gzipSync("[]").subarray(0, 10), Buffer.alloc(40, 7)]),
      "gzip data is damaged",
    ],
    ["a photo", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70]), "binary file"],
    ["UTF-16", Buffer.from("\ufeff[]", "utf16le"), "encoded in UTF-16"],
    ["Latin-1", Buffer.from("image\nhttps://a.test/\xe9.jpg\n", "latin1"), "not encoded in UTF-8"],
    ["a character that is cut off", Buffer.from("image\nhttps://a.test/é").subarray(0, -1), "not encoded in UTF-8"],
    ["a list of URLs without a heading", "https://a.test/1.jpg\nhttps://a.test/2.jpg\n", 'names no column "image"'],
    ["a table without the column", "id,url\n1,https://a.test/1.jpg\n", 'names no column "image"'],
  ])("fails with ManifestUnreadable for %s", async (_what, content, words) => {
    expect(await failure(content)).toMatchObject({
      name: "ManifestUnreadable",
      message: expect.stringMatching(new RegExp(`^The manifest "s3://photos/list" cannot be read: .*${words}`)),
    });
  });

  it("fails with ManifestUnreadable if there is no such object", async () => {
    const manifest = new Manifest(location, memorySources());
    await expect(manifest.entries().next()).rejects.toMatchObject({ name: "ManifestUnreadable" });
  });

  it("fails with ManifestUnreadable for a key that S3 refuses", async () => {
    const find = () => Promise.reject(Object.assign(new Error("UnknownError"), { $metadata: { httpStatusCode: 400 } }));
    const read = () => Promise.reject(new Error("It was read."));
    await expect(new Manifest(location, { find, read }).entries().next()).rejects.toThrow(/S3 responded with 400/);
  });

  it("fails with ManifestUnreadable for an object of 10 GB before it reads a byte", async () => {
    const find = async () => ({ location, etag: "x", bytes: 10 * 2 ** 30 });
    const read = () => Promise.reject(new Error("It was read."));
    await expect(new Manifest(location, { find, read }).entries().next()).rejects.toThrow(
      /at most 2147483648 are allowed/,
    );
  });

  it("fails with ManifestChanged if the object is replaced while it is read", async () => {
    const lines = Array.from({ length: 400_000 }, (_, at) => `"https://images.test/${at}.jpg"\n`).join("");
    const objects = { "photos/list": lines };
    const entries = new Manifest(location, memorySources(objects)).entries();
    expect(await entries.next()).toMatchObject({ value: { image: "https://images.test/0.jpg" } });
    objects["photos/list"] = `${lines}"https://images.test/more.jpg"\n`;
    const rest = (async () => {
      for await (const _entry of entries);
    })();
    await expect(rest).rejects.toMatchObject({ name: "ManifestChanged" });
  });

  it("fails with ManifestChanged if the object is deleted while it is read", async () => {
    const objects: Record<string, string> = { "photos/list": `"a"\n`.repeat(3_000_000) };
    const entries = new Manifest(location, memorySources(objects)).entries();
    expect(await entries.next()).toMatchObject({ value: { image: "a" } });
    delete objects["photos/list"];
    const rest = (async () => {
      for await (const _entry of entries);
    })();
    await expect(rest).rejects.toMatchObject({ name: "ManifestChanged" });
  });
});
