import fc from "fast-check";
import { expect, it } from "vitest";
import { cleanName, decodeName, encodeName, uploadNameLength } from "./upload-name.ts";

it("a name becomes ASCII that fits S3's metadata, and comes back", () => {
  const names = fc
    .string({ maxLength: 2 * uploadNameLength, unit: "grapheme" })
    .filter((name) => [...name].length <= uploadNameLength);
  fc.assert(
    fc.property(names, (name) => {
      const value = encodeName(name);
      expect(value).toMatch(/^[ -~]*$/);
      expect(value.length).toBeLessThan(2_000);
      expect(decodeName(value)).toBe(name);
    }),
  );
  expect(encodeName("IMG_0042 (1).jpg")).toBe("IMG_0042 (1).jpg");
  expect(encodeName("🐕".repeat(uploadNameLength)).length).toBeLessThan(2_000);
  expect(decodeName(encodeName("=?UTF-8?B?YQ==?="))).toBe("=?UTF-8?B?YQ==?=");
});

it("control characters are removed, spaces around it too", () => {
  expect(cleanName(" a\u0000b\r\nc\u009fd\u2028.jpg\t")).toBe("abcd.jpg");
});
