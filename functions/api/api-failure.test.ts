import { expect, it } from "vitest";
import { asFailure } from "./api-failure.ts";

it.each([
  [{ name: "ThrottlingException" }, "TooManyRequests", /wait a second, then try again/, "1"],
  [{ name: "TimeoutError" }, "ServiceUnavailable", /not responding: try again/, "2"],
  [{ code: "ECONNRESET" }, "ServiceUnavailable", /not responding: try again/, "2"],
  [{ $metadata: { httpStatusCode: 500 } }, "ServiceUnavailable", /not responding: try again/, "2"],
] as const)("turns %o into %s, with a remedy and a time to wait", (error, code, message, seconds) => {
  const failure = asFailure(error);
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(failure.headers).toMatchObject({ "retry-after": seconds });
});

it("hides what any other error says, for it may contain secrets", () => {
  expect(asFailure(new Error("key AKIA")).message).not.toContain("AKIA");
});
