import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { printable, shorten } from "./text.ts";

describe("printable", () => {
  it.each(["\u001b[2J", "a\nb", "\u202egpj.exe", "\u2066x", "\ud800", "\u2028", "\u009b"])(
    "removes terminal control sequences from %j",
    (text) => {
      expect(printable(text)).toContain("\uFFFD");
      expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u202e\u2066]/u);
    },
  );

  it("keeps letters of all languages, and joined emoji", () => {
    for (const text of ["ü.jpg", "写真.jpg", "👩‍🚀.png", "a b.jpg"]) expect(printable(text)).toBe(text);
  });
});

describe("shorten", () => {
  it("keeps the end, which names the file, and some of the beginning", () => {
    expect(shorten("holiday/2026/summer/photo-0001.jpg", 20)).toBe("holida…hoto-0001.jpg");
    expect(shorten("a.jpg", 20)).toBe("a.jpg");
  });

  it.each(["写真写真写真写真写真写真.jpg", "👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀.png", "x".repeat(50)])(
    "fits %s by its display width",
    (name) => {
      for (const columns of [4, 9, 10, 15]) expect(stringWidth(shorten(name, columns))).toBeLessThanOrEqual(columns);
    },
  );
});
