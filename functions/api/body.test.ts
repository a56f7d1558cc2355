import { describe, expect, it } from "vitest";
import { readJson } from "./body.ts";
import { testApi } from "./test-support/api.ts";

const read = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { "content-type": "application/json" },
) => readJson(new Request("http://api.test/", { method: "POST", body, headers }), 1_000_000, "send less");
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("a JSON body", () => {
  it.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string> | undefined, string]>([
    [
      "in Latin-1",
      new Uint8Array(Buffer.from('["https://example.com/caf\xe9.jpg"]', "latin1")),
      undefined,
      "InvalidJson",
    ],
    ["that ends within a character", new Uint8Array([0x22, 0xc3, 0x22]), undefined, "InvalidJson"],
    ["that is no JSON", "[,]", undefined, "InvalidJson"],
    ["without a content type", new Uint8Array(Buffer.from("[]")), {}, "UnsupportedMediaType"],
    ["of another type", "[]", { "content-type": "text/plain" }, "UnsupportedMediaType"],
    ["of a type that only begins like JSON", "[]", { "content-type": "application/jsonp" }, "UnsupportedMediaType"],
    ["nested 100,000 levels deep", nested(100_000), undefined, "InvalidRequest"],
    ["nested in objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, undefined, "InvalidRequest"],
    ["with a string of quotation marks that does not end", `["${'\\"'.repeat(400_000)}`, undefined, "InvalidJson"],
    ["that ends with a backslash", `["${'\\"'.repeat(400_000)}\\`, undefined, "InvalidJson"],
    ["nested 101 levels deep", nested(101), undefined, "InvalidRequest"],
    ["above the limit of bytes", `"${"x".repeat(1_000_000)}"`, undefined, "PayloadTooLarge"],
  ])("%s is refused", async (_what, body, headers, code) => {
    await expect(read(body, headers)).rejects.toMatchObject({ code });
  });

  it.each<[string, string, Record<string, string>, unknown]>([
    ["UTF-8", '["é"]', { "content-type": "application/json; charset=utf-8" }, ["é"]],
    ["a type that is JSON by its suffix", "[]", { "content-type": "application/vnd.api+json" }, []],
    [
      "brackets in strings",
      JSON.stringify(["[".repeat(500)]),
      { "content-type": "application/json" },
      ["[".repeat(500)],
    ],
    ["a replacement character that is escaped", '["\\ufffd"]', { "content-type": "application/json" }, ["\ufffd"]],
  ])("%s is accepted", async (_what, body, headers, value) => {
    expect(await read(body, headers)).toEqual(value);
  });

  it.each(["single-task", "branch-map-reduce", "three-images"])(
    "of 100,000 nested lists to the example %s is the caller's mistake, and nothing is started",
    async (name) => {
      const api = testApi();
      for (const body of [nested(100_000), `{"message":${nested(100_000)}}`]) {
        const { status, json } = await api.call("POST", `/examples/${name}`, body);
        expect([status, json]).toMatchObject([400, { code: "InvalidRequest" }]);
      }
      expect(api.executions.size).toBe(0);
    },
  );
});
