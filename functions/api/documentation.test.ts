import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { apiErrorStatus, imageErrorCodes } from "../../contract/errors.ts";
import { exampleNames, manifestContentTypes, uploadContentTypes } from "../../contract/http.ts";
import { apiLimits, inlineStateBytes, kib } from "../../contract/limits.ts";
import { operations } from "./openapi.ts";

const text = readFileSync(path.resolve(import.meta.dirname, "../../docs/api.md"), "utf8");

/** The rows of the table under a heading, without backquotes in the cells. */
function rows(heading: string): string[][] {
  const section = text.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

describe("docs/api.md", () => {
  it("lists every error code of a request with its status, and no other", () => {
    const documented = rows("Errors of a request").map(([code, status]) => [code, Number(status)]);
    expect(Object.fromEntries(documented)).toEqual(apiErrorStatus);
  });

  it("lists every error code of an image, and no other", () => {
    expect(rows("Errors of an image").map(([code]) => code)).toEqual([...imageErrorCodes]);
  });

  it("lists every route, and no other", () => {
    expect(rows("The HTTP API").map(([route]) => route)).toEqual(Object.keys(operations));
  });

  it.each(Object.keys(operations))("shows %s in curl", (route) => {
    const [method = "", template = ""] = route.split(" ");
    const target = template.replace("{id}", "$ID").replace("{name}", "single-task");
    const commands = text
      .replaceAll("\\\n", " ")
      .split("\n")
      .filter((line) => line.includes("curl ") && line.includes(`"$API${target}"`));
    const methods = commands.map((line) => / -X (\w+)/.exec(line)?.[1] ?? (/ -d /.test(line) ? "POST" : "GET"));
    expect(methods).toContain(method);
  });

  it.each([
    [`at most ${apiLimits.syncImages} images`],
    [`it has ${apiLimits.syncSeconds} seconds`],
    [`valid for ${apiLimits.presignSeconds / 60} minutes`],
    [`1 to ${apiLimits.maxTopK} labels`],
    [`"topK": ${apiLimits.defaultTopK}`],
    [`${inlineStateBytes / kib} KiB`],
  ])("has the number from the contract: %s", (words) => expect(text).toContain(words));

  it("names every example and every upload type", () => {
    for (const name of [...exampleNames, ...uploadContentTypes, ...Object.keys(manifestContentTypes)])
      expect(text).toContain(`\`${name}\``);
  });
});
