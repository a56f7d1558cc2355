import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contactSheet } from "./contact-sheet.ts";
import { checkSheetFile, writeSheet } from "./contact-sheet-file.ts";

const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'\u202e`;
let folder: string;
let photo: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-sheet-"));
  photo = path.join(folder, "a.jpg");
  writeFileSync(
    photo,
    await sharp({ create: { width: 900, height: 600, channels: 3, background: "#c00" } })
      .jpeg()
      .toBuffer(),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (name: string) => ({ name, predictions: [{ label: "tabby, tabby cat", probability: 0.91 }] });

describe("the contact sheet", () => {
  it("shows a thumbnail of a local photo with its label and percentage, without network access", async () => {
    const sheet = await contactSheet(
      [row("a.jpg")],
      [{ name: "a.jpg", kind: "photo", file: photo, contentType: "image/jpeg" }],
    );
    const data = /src="data:image\/jpeg;base64,([^"]+)"/.exec(sheet)?.[1] ?? "";
    expect(await sharp(Buffer.from(data, "base64")).metadata()).toMatchObject({ width: 320, height: 213 });
    expect(sheet).toContain("tabby, tabby cat");
    expect(sheet).toContain("91.0 %");
    expect(sheet).toContain("1 image classified");
    expect(sheet).not.toMatch(/(src|href|url)\s*[=(]\s*["']?https?:/);
    expect(sheet).toContain("default-src 'none'");
  });

  it("has a tile without a picture for a photo that cannot be shown", async () => {
    const broken = path.join(folder, "broken.jpg");
    writeFileSync(broken, Buffer.alloc(300 * 1024));
    const sheet = await contactSheet(
      [row("https://example.com/x.jpg"), row("broken.jpg"), row("gone.jpg")],
      [
        { name: "https://example.com/x.jpg", kind: "reference" },
        { name: "broken.jpg", kind: "photo", file: broken, contentType: "image/jpeg" },
        { name: "gone.jpg", kind: "photo", file: path.join(folder, "gone.jpg"), contentType: "image/jpeg" },
      ],
    );
    expect(sheet.match(/class="blank"/g)).toHaveLength(3);
  });

  it("escapes names, labels and errors", async () => {
    const rows = [
      { name: attack, predictions: [{ label: attack, probability: 0.5 }] },
      { name: "b", predictions: [], error: { code: attack, message: attack } },
    ];
    const sheet = await contactSheet(rows, []);
    expect(sheet.match(/<script/g)).toHaveLength(1);
    expect(sheet).not.toContain("<img src=x");
    expect(sheet).not.toContain("\u202e");
    expect(sheet).toContain("1 of 2 images classified, 1 with an error");
  });

  it("runs only its own script", async () => {
    const sheet = await contactSheet([], []);
    const script = /<script>([\s\S]*?)<\/script>/.exec(sheet)?.[1] ?? "";
    const { createHash } = await import("node:crypto");
    expect(sheet).toContain(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  });
});

describe("its file", () => {
  it("is rejected if it is a folder", async () => {
    await expect(checkSheetFile(folder)).rejects.toThrow(/is a folder/);
    await expect(checkSheetFile(path.join(folder, "no", "x.html"))).rejects.toThrow(/there is no folder/);
  });

  it("that cannot be written is reported in a sentence", async () => {
    await expect(writeSheet(path.join(folder, "no", "x.html"), [], [])).rejects.toThrow(/cannot be written \(ENOENT\)/);
  });
});
