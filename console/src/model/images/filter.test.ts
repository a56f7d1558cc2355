import fc from "fast-check";
import { expect, it } from "vitest";
import type { ImageEntry, ImageState } from "./entry.ts";
import { imageStates } from "./entry.ts";
import { everyImage, filterFromQuery, filterImages, filterToQuery, imageOrders, isUnfiltered } from "./filter.ts";

const base = { runId: undefined, childArn: undefined };
const classified = (index: number, image: string, label: string, probability: number): ImageEntry => ({
  ...base,
  index,
  image,
  state: "done",
  result: { index, image, width: 1, height: 1, predictions: [{ label, probability }] },
});
const entries: readonly ImageEntry[] = [
  classified(0, "https://a.example/Dog.jpg", "Labrador retriever", 0.9),
  classified(1, "https://a.example/cat.jpg", "tabby", 0.4),
  {
    ...base,
    index: 2,
    image: "https://a.example/gone.jpg",
    state: "failed",
    result: { index: 2, image: "", error: { code: "ImageNotFound", message: "" } },
  },
  { ...base, index: 3, image: undefined, state: "waiting", result: undefined },
];
const shown = (filter: Partial<typeof everyImage>) =>
  filterImages(entries, { ...everyImage, ...filter }).map(({ index }) => index);

it("shows every image in request order when nothing is filtered", () => {
  expect(shown({})).toEqual([0, 1, 2, 3]);
  expect(isUnfiltered(everyImage)).toBe(true);
});

it.each([
  ["by state", { state: "failed" as ImageState }, [2]],
  ["by error code", { code: "ImageNotFound" }, [2]],
  ["by a code that no image has", { code: "HostNotFound" }, []],
  ["by part of a reference, without regard to case", { text: "dog.JPG" }, [0]],
  ["by part of a label", { text: "tab" }, [1]],
  ["by the best label", { label: "tabby" }, [1]],
  ["by a label that is only part of one", { label: "tab" }, []],
  ["by an error code as text", { text: "notfound" }, [2]],
  ["by an image's number, as it is shown", { text: "#4" }, [3]],
  ["by probability: an image without a prediction is not below anything", { below: 0.5 }, [1]],
  ["strictly below", { below: 0.4 }, []],
])("filters %s", (_title, filter, indexes) => expect(shown(filter)).toEqual(indexes));

it.each([
  ["failed", [2, 0, 1, 3]],
  ["unsure", [1, 0, 2, 3]],
] as const)("orders by %s", (order, indexes) => expect(shown({ order })).toEqual(indexes));

it("is read back from the page's address unchanged", () => {
  const filters = fc.record({
    state: fc.constantFrom(undefined, ...imageStates),
    code: fc.constantFrom(undefined, "ImageNotFound"),
    label: fc.constantFrom(undefined, "tabby, cat & mouse"),
    text: fc.string(),
    below: fc.constantFrom(undefined, 0.5, 1),
    order: fc.constantFrom(...imageOrders),
  });
  fc.assert(
    fc.property(filters, (filter) => {
      const query = new URLSearchParams();
      filterToQuery(filter, query);
      expect(filterFromQuery(new URLSearchParams(query.toString()))).toEqual(filter);
    }),
  );
});

it("ignores unknown fields of an address", () => {
  expect(filterFromQuery(new URLSearchParams("show=all&below=7&order=up"))).toEqual(everyImage);
});

it("finds an uploaded file by its name, which the reference does not contain", () => {
  const nameOf = (image: string) => (image.endsWith("cat.jpg") ? "Holiday 7.JPG" : undefined);
  expect(filterImages(entries, { ...everyImage, text: "holiday 7" }, nameOf).map(({ index }) => index)).toEqual([1]);
});
