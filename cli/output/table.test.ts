import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { table } from "./table.ts";

const good = {
  name: "holiday/2026/very-long-folder-name/photo-0001.jpg",
  predictions: [
    { label: "Labrador retriever", probability: 0.82 },
    { label: "golden retriever", probability: 0.05 },
  ],
};
const bad = {
  name: "写真/日本語のとても長いファイル名.jpg",
  predictions: [],
  error: { code: "HostNotAllowed", message: `The host of https://example.com/${"x".repeat(120)} is not allowed.` },
};

describe("table", () => {
  it.each([120, 80, 60, 59, 40, 20])(
    "fits %i columns, names the file and shows label, bar and percentage",
    (columns) => {
      const text = table([good, bad], columns);
      for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns < 32 ? 32 : columns);
      expect(text).toContain("0001.jpg");
      expect(text).toMatch(/█{8}▎ +82\.0 %/);
      expect(text).toContain("HostNotAllowed");
      expect(text).not.toMatch(/[─│┌┐└┘]| $/m);
    },
  );

  it("says once where all images are when their names would not fit, and keeps the names whole", () => {
    const one = (name: string) => ({ name, predictions: [{ label: "cat", probability: 0.5 }] });
    const folder = "pictures/holidays-of-2026/northern-sea";
    const text = table([one(`${folder}/beach/seal.jpg`), one(`${folder}/gull.jpg`)], 80);
    expect(text.split("\n").map((line) => line.replace(/ {2}.*/, ""))).toEqual([
      `Images in ${folder}/`,
      "beach/seal.jpg",
      "gull.jpg",
    ]);
    expect(table([one(`${folder}/a.jpg`)], 80)).not.toContain("Images in");
    expect(table([one("in/a.jpg"), one("in/b.jpg")], 80)).not.toContain("Images in");
    const urls = ["https://one.example", "https://two.example"].map((host) => one(`${host}/${"x".repeat(60)}.jpg`));
    expect(table(urls, 80)).not.toContain("Images in");
  });

  it("reserves no room for errors if there are none, and names each image once", () => {
    expect(table([{ ...good, name: "a.jpg" }], 80)).toBe(
      ["a.jpg  Labrador retriever  ████████▎    82.0 %", "       golden retriever    ▌             5.0 %"].join("\n"),
    );
  });

  it("shortens nothing if lines are not limited", () => {
    const text = table([good, bad], undefined);
    expect(text).toContain(good.name);
    expect(text).toContain(bad.error.message);
  });

  it("draws no bar for an invalid probability", () => {
    expect(table([{ name: "a", predictions: [{ label: "x", probability: 7 }] }], 80)).toContain("█".repeat(10));
    expect(table([], 80)).toBe("");
  });
});
