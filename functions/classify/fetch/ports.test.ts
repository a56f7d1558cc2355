import { describe, expect, it } from "vitest";
import { blockedPorts } from "../../shared/hosts/ports.ts";
import { checkUrl, readReference } from "./reference.ts";

const rules = { ownBucket: "own", imageBuckets: [] };

describe("ports that browsers do not connect to", () => {
  it("are those that Node's own fetch refuses, which follows the same standard", async () => {
    for (const port of blockedPorts) {
      if (port === 0) continue;
      // It is refused before anything is connected.
      await expect(fetch(`http://127.0.0.1:${port}/`), String(port)).rejects.toMatchObject({
        cause: { message: "bad port" },
      });
    }
  });

  it("are refused in a reference and in a redirect, whatever the scheme", () => {
    for (const port of blockedPorts) {
      for (const text of [`http://example.com:${port}/a.jpg`, `https://example.com:${port}/a.jpg`]) {
        const refusal = expect.objectContaining({ code: "HostNotAllowed" });
        expect(() => readReference(text, rules)).toThrow(refusal);
        expect(() => checkUrl(new URL(text))).toThrow(refusal);
      }
    }
  });

  it.each([80, 443, 8_080, 9_000, 65_535])("%i is not one of them", (port) => {
    expect(readReference(`http://example.com:${port}/a.jpg`, rules).kind).toBe("http");
  });
});
