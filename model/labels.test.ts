import { describe, expect, it } from "vitest";
import { readLabels } from "./labels.ts";

describe("labels", () => {
  it.each(["a\nb\nc", "a\nb\nc\n", "a\r\nb\r\nc\r\n"])("%j are three", (text) => {
    expect(readLabels(text, 3)).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["too few", "a\nb", "There are 2 labels for 3 classes"],
    ["too many", "a\nb\nc\nd", "There are 4 labels for 3 classes"],
    ["an empty one", "a\n\nc", "The label of class 1 is empty"],
  ])("%s are refused", (_what, text, message) => {
    expect(() => readLabels(text, 3)).toThrow(
      expect.objectContaining({ code: "ModelShapeMismatch", message: expect.stringContaining(message) }),
    );
  });
});
