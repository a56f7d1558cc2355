import { expect, it } from "vitest";
import { errorFields } from "./log.ts";

it("logs of an error its name, message, stack and cause, without secrets", () => {
  const error = new TypeError("It is too large.", { cause: new RangeError("65") });
  expect(errorFields(error)).toEqual({
    error: "TypeError",
    detail: "It is too large.",
    stack: expect.stringContaining("log.test.ts"),
    cause: "RangeError: 65",
  });
  expect(errorFields("text")).toEqual({ error: "text" });
});
