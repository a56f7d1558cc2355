import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withJpeg } from "./heic.ts";

let folder: string;
let photo: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw heic "));
  photo = path.join(folder, "a #1 %.heic");
  writeFileSync(photo, "heic");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a script on the PATH. `body` is its code, with the parameters in `a`. */
function program(name: string, body: string): void {
  const file = path.join(folder, name);
  writeFileSync(
    file,
    `#!${process.execPath}\nconst a = process.argv.slice(2); const fs = require("node:fs");\n${body}\n`,
  );
  chmodSync(file, 0o755);
}
const onlyThese = () => ({ PATH: folder });
const converted = () => withJpeg(photo, async (jpeg) => readFileSync(jpeg, "utf8"), onlyThese());

describe("a HEIC photo", () => {
  it("is rejected with the remedy if there is no converter", async () => {
    await expect(withJpeg(photo, async () => "", onlyThese())).rejects.toMatchObject({
      code: "UnsupportedImageFormat",
      message: expect.stringContaining("libheif-examples"),
    });
  });

  it.each([
    ["sips", 'fs.writeFileSync(a[a.indexOf("--out") + 1], "jpeg of " + fs.readFileSync(a[3]));'],
    ["heif-convert", 'fs.writeFileSync(a[3], "jpeg of " + fs.readFileSync(a[2]));'],
    ["heif-dec", 'fs.writeFileSync(a[3], "jpeg of " + fs.readFileSync(a[2]));'],
    ["magick", 'fs.writeFileSync(a.at(-1), "jpeg of " + fs.readFileSync(a[0].replace("[0]", "")));'],
  ])("is converted by %s if that is installed, and the copy is removed", async (name, body) => {
    // Scripts need a system that supports "#!".
    if (process.platform === "win32") return;
    program(name, body);
    const [text, file] = await withJpeg(
      photo,
      async (jpeg) => [readFileSync(jpeg, "utf8"), jpeg] as const,
      onlyThese(),
    );
    expect(text).toBe("jpeg of heic");
    expect(existsSync(file)).toBe(false);
  });

  it("with several pictures returns the first one", async () => {
    if (process.platform === "win32") return;
    program("heif-convert", 'for (const n of [2, 1]) fs.writeFileSync(a[3].replace(".jpg", `-${n}.jpg`), String(n));');
    expect(await converted()).toBe("1");
  });

  it("with a picture of its depth returns the photo", async () => {
    if (process.platform === "win32") return;
    program(
      "heif-convert",
      'for (const n of ["-depth", ""]) fs.writeFileSync(a[3].replace(".jpg", `${n}.jpg`), `photo${n}`);',
    );
    expect(await converted()).toBe("photo");
  });

  it.each([
    ["two bytes", "\x02\0\0\0\0\x01\0\0"],
    ["four bytes", "\x03\0\0\0\0\0\0\x01\0\0"],
  ])("is converted without its EXIF, which would rotate it twice (item numbers of %s)", async (_what, entry) => {
    if (process.platform === "win32") return;
    const content = (type: string) => Buffer.from(`infe${entry}hvc1\0infe${entry}${type}\0Exif`, "latin1");
    writeFileSync(photo, content("Exif"));
    program("heif-convert", "fs.copyFileSync(a[2], a[3]);");
    expect(await converted()).toBe(content("skip").toString());
    expect(readFileSync(photo)).toEqual(content("Exif"));
  });

  it("that is gone is PhotoNotReadable", async () => {
    rmSync(photo);
    await expect(converted()).rejects.toMatchObject({ code: "PhotoNotReadable" });
  });

  it("that no converter can read is an error with the converter's message", async () => {
    if (process.platform === "win32") return;
    program("heif-convert", 'console.error("Invalid input"); process.exit(1);');
    await expect(withJpeg(photo, async () => "", onlyThese())).rejects.toThrow("heif-convert: Invalid input");
  });
});
