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

describe("a HEIC photo", () => {
  it("is rejected with the remedy if there is no converter", async () => {
    await expect(withJpeg(photo, async () => "", onlyThese())).rejects.toMatchObject({
      code: "UnsupportedImageFormat",
      message: expect.stringContaining("libheif-examples"),
    });
  });

  it.each([
    ["sips", 'fs.writeFileSync(a[a.indexOf("--out") + 1], "jpeg of " + a[3].slice(-11));'],
    ["heif-convert", 'fs.writeFileSync(a[3], "jpeg of " + a[2].slice(-11));'],
    ["magick", 'fs.writeFileSync(a.at(-1), "jpeg of " + a[0].replace("[0]", "").slice(-11));'],
  ])("is converted by %s if that is installed, and the copy is removed", async (name, body) => {
    // Scripts need a system that supports "#!".
    if (process.platform === "win32") return;
    program(name, body);
    const [text, file] = await withJpeg(
      photo,
      async (jpeg) => [readFileSync(jpeg, "utf8"), jpeg] as const,
      onlyThese(),
    );
    expect(text).toBe("jpeg of a #1 %.heic");
    expect(existsSync(file)).toBe(false);
  });

  it("with several pictures returns the first one", async () => {
    if (process.platform === "win32") return;
    program("heif-convert", 'for (const n of [2, 1]) fs.writeFileSync(a[3].replace(".jpg", `-${n}.jpg`), String(n));');
    expect(await withJpeg(photo, async (jpeg) => readFileSync(jpeg, "utf8"), onlyThese())).toBe("1");
  });

  it("that no converter can read is an error with the converter's message", async () => {
    if (process.platform === "win32") return;
    program("heif-convert", 'console.error("Invalid input"); process.exit(1);');
    await expect(withJpeg(photo, async () => "", onlyThese())).rejects.toThrow("heif-convert: Invalid input");
  });
});
