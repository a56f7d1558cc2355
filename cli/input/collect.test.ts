import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, walkLimits } from "./collect.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-collect-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array = "bytes"): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}
const sourcesOf = async (...inputs: string[]) => (await collect(inputs, { folder })).sources;
const names = async (...inputs: string[]) => (await sourcesOf(...inputs)).map(({ name }) => name);

describe("a folder", () => {
  it("returns its photos by name, including subfolders, without hidden and other files", async () => {
    for (const name of ["f/b.jpg", "f/a.webp", "f/sub/c.tiff", "f/.hidden/d.jpg", "f/.e.jpg", "f/read.me"]) write(name);
    expect(await names("f")).toEqual(["f/a.webp", "f/b.jpg", "f/sub/c.tiff"].map(path.normalize));
  });

  it("does not follow links, which may be circular", async () => {
    write("f/a.jpg");
    symlinkSync(path.join(folder, "f"), path.join(folder, "f", "again"));
    expect(await names("f")).toHaveLength(1);
  });

  it("is rejected without photos or if it is too deep", async () => {
    write("none/read.me");
    await expect(names("none")).rejects.toThrow(/no photo in "none".*1 \.me/);
    write(`deep/${"d/".repeat(walkLimits.depth + 1)}a.jpg`);
    await expect(names("deep")).rejects.toThrow(/deep/);
  });

  it("counts skipped files by kind, in one sentence", async () => {
    for (const name of ["a.jpg", "1.MOV", "2.mov", "notes", ".hidden.jpg"]) write(`f/${name}`);
    symlinkSync("a.jpg", path.join(folder, "f", "link.jpg"));
    expect((await collect(["f"], { folder })).skipped).toBe(
      "Skipped 5 entries that are not photos: 2 .mov, 1 hidden, 1 link, 1 without an extension.",
    );
    expect((await collect(["f/a.jpg"], { folder })).skipped).toBeUndefined();
  });

  it("returns photos whose names are not UTF-8 with distinct names", async () => {
    // Only Linux stores names as bytes.
    if (process.platform !== "linux") return;
    mkdirSync(path.join(folder, "f"));
    for (const byte of [0xfc, 0xe4]) {
      writeFileSync(
        Buffer.concat([Buffer.from(path.join(folder, "f", "x")), Buffer.of(byte), Buffer.from(".jpg")]),
        "b",
      );
    }
    expect(await names("f")).toEqual(["f/x\\xe4.jpg", "f/x\\xfc.jpg"]);
  });

  it("skips a subfolder that may not be read", async () => {
    // root may read everything.
    if (process.platform === "win32" || process.getuid?.() === 0) return;
    write("f/a.jpg");
    write("f/closed/b.jpg");
    chmodSync(path.join(folder, "f", "closed"), 0);
    expect(await collect(["f"], { folder })).toMatchObject({ skipped: expect.stringContaining("1 unreadable folder") });
    chmodSync(path.join(folder, "f", "closed"), 0o700);
  });
});

const utf16 = (text: string, order: "le" | "be"): Buffer => {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};
const both = "https://a.example/1.jpg\nown.jpg\n";

describe("a manifest", () => {
  it.each<readonly [string, string | Uint8Array]>([
    ["list.json", '["https://a.example/1.jpg", {"image": "own.jpg"}]'],
    ["request.json", '{"images": ["https://a.example/1.jpg", "own.jpg"], "topK": 3}'],
    ["list.jsonl", '"https://a.example/1.jpg"\n\n{"url": "own.jpg"}\n'],
    ["list.txt", "\uFEFF# photos\r\nhttps://a.example/1.jpg\r\n  own.jpg\r\n"],
    ["mac.txt", "https://a.example/1.jpg\rown.jpg\r"],
    ["utf16-le.txt", utf16(`\uFEFF${both}`, "le")],
    ["utf16-be.txt", utf16(`\uFEFF${both}`, "be")],
    ["unmarked-le.txt", utf16(both, "le")],
    ["unmarked-be.txt", utf16(both, "be")],
    ["utf16.csv", utf16("\uFEFFimage\tlabel\r\nhttps://a.example/1.jpg\tdog\r\nown.jpg\tcat\r\n", "le")],
    ["list.csv", "id,image\n1,https://a.example/1.jpg\n2,own.jpg\n"],
    ["plain.csv", '"https://a.example/1.jpg",1\nown.jpg,2\n'],
    ["semicolon.csv", "\uFEFFlabel;image\r\nx,y;https://a.example/1.jpg\r\ndog;own.jpg\r\n"],
    ["plain-semicolon.csv", "https://a.example/1.jpg;1,5\nown.jpg;2,5\n"],
    ["tab.csv", "Image\tlabel\nhttps://a.example/1.jpg\tx;y\nown.jpg\tz\n"],
    ["tab.tsv", "https://a.example/1.jpg\tdog\nown.jpg\tcat\n"],
    ["pipe.csv", "url|label\nhttps://a.example/1.jpg|dog\nown.jpg|cat\n"],
    ["sep.csv", "sep=;\r\nlabel;file\r\nx;https://a.example/1.jpg\r\ny;own.jpg\r\n"],
    ["quoted-sep.csv", '"sep=|"\nhttps://a.example/1.jpg|1\nown.jpg|2\n'],
  ])("%s lists URLs, and photos beside it", async (name, content) => {
    write("m/own.jpg");
    write(`m/${name}`, content);
    expect(await sourcesOf(`m/${name}`)).toEqual([
      { name: "https://a.example/1.jpg", kind: "reference" },
      { name: "own.jpg", kind: "photo", file: path.join(folder, "m", "own.jpg"), contentType: "image/jpeg" },
    ]);
  });

  it.each([
    ["https://a.example/x;v=1.jpg", "https://a.example/y;v=2.jpg"],
    ["https://a.example/x.jpg?sign=a;b", "https://a.example/y.jpg?sign=c;d"],
  ])("a CSV of plain URLs keeps the semicolons in %s", async (...addresses) => {
    write("plain.csv", `${addresses.join("\n")}\n`);
    expect(await names("plain.csv")).toEqual(addresses);
  });

  it("in Windows-1252 finds a photo by its name", async () => {
    write("ü.jpg");
    write("list.txt", Buffer.from("ü.jpg\n", "latin1"));
    expect(await sourcesOf("list.txt")).toMatchObject([{ name: "ü.jpg", kind: "photo" }]);
  });

  it("finds a photo by the exact bytes of its name", async () => {
    if (process.platform !== "linux") return;
    const bytes = Buffer.concat([Buffer.from(path.join(folder, "x")), Buffer.of(0x81, 0xfc), Buffer.from(".jpg")]);
    writeFileSync(bytes, "b");
    write("list.txt", Buffer.concat([Buffer.from("x"), Buffer.of(0x81, 0xfc), Buffer.from(".jpg\n")]));
    expect(await sourcesOf("list.txt")).toMatchObject([{ kind: "photo", file: bytes }]);
  });

  it("keeps a row for a missing photo, for another file, and for an impossible name", async () => {
    write("own.jpg");
    write("notes.md");
    write("list.json", '["own.jpg", "gone.jpg", "notes.md", "a\\u0000b.jpg"]');
    expect(await sourcesOf("list.json")).toMatchObject([
      { kind: "photo" },
      { kind: "unreadable", problem: { message: 'There is no "gone.jpg" of the manifest "list.json".' } },
      { kind: "unreadable", problem: { message: expect.stringContaining("not named like a photo") } },
      { kind: "unreadable", problem: { code: "PhotoNotReadable" } },
    ]);
  });

  it.each([
    ["broken.json", "{", /cannot be read/],
    ["object.json", "{}", /it must be a list.*"images"/],
    ["text.json", '"a.jpg"', /it must be a list/],
    ["number.json", "[7]", /entry 1 is neither/],
    ["broken.jsonl", '"a.jpg"\n{\n', /line 2 is not JSON/],
    ["empty.txt", "\n", /names no image/],
    ["gone.txt", "gone.jpg", /There is no "gone.jpg" of the manifest "gone.txt"/],
  ])("%s is rejected with one line that states why", async (name, text, reason) => {
    write(name, text);
    const message = await names(name).catch((error: Error) => error.message);
    expect(message).toMatch(reason);
    expect(message).not.toContain("\n");
  });
});

describe("a file", () => {
  it("is a photo by its extension, or rejected", async () => {
    for (const name of ["a.JPEG", "b.jfif", "c.jpe", "d.HEIC", "a.svg"]) write(name);
    expect(await sourcesOf("a.JPEG", "b.jfif", "c.jpe", "d.HEIC")).toMatchObject([
      ...new Array(3).fill({ kind: "photo", contentType: "image/jpeg" }),
      { kind: "heic" },
    ]);
    await expect(names("a.svg")).rejects.toThrow(/no photo in "a.svg".*\.jpg/);
  });

  it("that is not a photo is skipped among photos, because a pattern such as photos/* matches it too", async () => {
    for (const name of ["a.jpg", "a.svg"]) write(name);
    expect(await collect(["a.svg", "a.jpg"], { folder })).toMatchObject({
      sources: [{ name: "a.jpg" }],
      skipped: "Skipped 1 entry that is not a photo: 1 .svg.",
    });
  });

  it("that is missing keeps its row among others", async () => {
    write("a.jpg");
    expect(await sourcesOf("gone.jpg", "a.jpg")).toMatchObject([
      { kind: "unreadable", problem: { code: "PhotoNotReadable", message: 'There is no "gone.jpg".' } },
      { kind: "photo" },
    ]);
  });

  it("that is an address of another kind is no missing file", async () => {
    await expect(names("ftp://a.example/b.jpg")).rejects.toThrow(
      '"ftp://a.example/b.jpg" cannot be fetched: an address begins with https://, http:// or s3://.',
    );
  });
});
