import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import { csvOf, jsonOf } from "./download.ts";
import type { ImageEntry } from "./entry.ts";

const entryOf = (image: string, label: string, index = 0): ImageEntry => ({
  index,
  image,
  state: "done",
  result: { index, image, width: 1, height: 1, predictions: [{ label, probability: 0.25 }] },
  runId: undefined,
  childArn: undefined,
});

it("writes CSV that a reader of CSV gets back, whatever references and labels contain", () => {
  const plain = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text));
  fc.assert(
    fc.property(plain, plain, (image, label) => {
      const [row] = parse(csvOf([entryOf(image, label)]), { columns: true }) as Record<string, string>[];
      expect(row).toMatchObject({ index: "0", image, state: "done", label, probability: "0.25", code: "" });
    }),
  );
});

it.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tcmd"])("keeps %j from being a formula", (image) => {
  const [row] = parse(csvOf([entryOf(image, "cat")]), { columns: true }) as Record<string, string>[];
  expect(row?.["image"]).toBe(`'${image}`);
});

it("writes JSON with each result as the API has it, and the state of an image without one", () => {
  const done = entryOf("a", "cat");
  const waiting: ImageEntry = { ...done, index: 1, image: "b", state: "waiting", result: undefined };
  expect(JSON.parse(jsonOf([done, waiting]))).toEqual([done.result, { index: 1, image: "b", state: "waiting" }]);
});
