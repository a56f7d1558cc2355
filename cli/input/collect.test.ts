import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect, walkLimits } from "./collect.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-collect-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text = "bytes"): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}
const names = async (...inputs: string[]) => (await collect(inputs, folder)).map(({ name }) => name);

describe("a folder", () => {
  it("gives its photos by name, those below it too, hidden and other files not", async () => {
    for (const name of ["f/b.jpg", "f/a.webp", "f/sub/c.tiff", "f/.hidden/d.jpg", "f/.e.jpg", "f/read.me"]) write(name);
    expect(await names("f")).toEqual(["f/a.webp", "f/b.jpg", "f/sub/c.tiff"].map(path.normalize));
  });

  it("does not follow links, which may lead in circles", async () => {
    write("f/a.jpg");
    symlinkSync(path.join(folder, "f"), path.join(folder, "f", "again"));
    expect(await names("f")).toHaveLength(1);
  });

  it("is refused without photos and when it is too deep", async () => {
    write("none/read.me");
    await expect(names("none")).rejects.toThrow(/no photo/);
    write(`deep/${"d/".repeat(walkLimits.depth + 1)}a.jpg`);
    await expect(names("deep")).rejects.toThrow(/deep/);
  });
});

describe("a manifest", () => {
  it.each([
    ["list.json", '["https://a.example/1.jpg", {"image": "own.jpg"}]'],
    ["list.jsonl", '"https://a.example/1.jpg"\n\n{"url": "own.jpg"}\n'],
    ["list.txt", "\uFEFF# photos\r\nhttps://a.example/1.jpg\r\n  own.jpg\r\n"],
    ["list.csv", "id,image\n1,https://a.example/1.jpg\n2,own.jpg\n"],
    ["plain.csv", '"https://a.example/1.jpg",1\nown.jpg,2\n'],
  ])("%s gives URLs, and photos that stand beside it", async (name, text) => {
    write("m/own.jpg");
    write(`m/${name}`, text);
    const sources = await collect([`m/${name}`], folder);
    expect(sources).toEqual([
      { name: "https://a.example/1.jpg", kind: "reference" },
      { name: "own.jpg", kind: "photo", file: path.join(folder, "m", "own.jpg"), contentType: "image/jpeg" },
    ]);
  });

  it.each([
    ["broken.json", "{", /cannot be read/],
    ["object.json", "{}", /cannot be read/],
    ["number.json", "[7]", /Entry 1/],
    ["empty.txt", "\n", /names no image/],
    ["gone.txt", "gone.jpg", /There is no "gone.jpg" of the manifest "gone.txt"/],
  ])("%s is refused with a reason", async (name, text, reason) => {
    write(name, text);
    await expect(names(name)).rejects.toThrow(reason);
  });
});

describe("a file", () => {
  it("is a photo by its extension, or refused", async () => {
    write("a.JPEG");
    write("a.svg");
    expect(await collect(["a.JPEG"], folder)).toMatchObject([{ kind: "photo", contentType: "image/jpeg" }]);
    await expect(names("a.svg")).rejects.toThrow(/neither a photo/);
  });
});
