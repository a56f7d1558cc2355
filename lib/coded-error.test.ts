import { expect, it } from "vitest";
import { CodedError, hasCode } from "./coded-error.ts";

class ShopError extends CodedError<"Closed" | "Empty"> {
  override readonly name = "ShopError";
}

it("keeps its code, its name and its cause", () => {
  const cause = new TypeError("inner");
  const error = new ShopError("Closed", "The shop is closed. Come back tomorrow.", { cause });
  expect(error).toMatchObject({
    name: "ShopError",
    code: "Closed",
    message: "The shop is closed. Come back tomorrow.",
  });
  expect(error.cause).toBe(cause);
  expect(String(error)).toBe("ShopError: The shop is closed. Come back tomorrow.");
});

it("hasCode matches an error with one of the codes, and nothing else", () => {
  const error = Object.assign(new Error("no file"), { code: "ENOENT" });
  expect(hasCode(error, "EISDIR", "ENOENT")).toBe(true);
  expect(hasCode(error, "EISDIR")).toBe(false);
  for (const other of [new Error("plain"), { code: "ENOENT" }, undefined]) expect(hasCode(other, "ENOENT")).toBe(false);
});
