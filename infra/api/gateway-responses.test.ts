import { describe, expect, it } from "vitest";
import { ApiError, apiErrorStatus } from "../../contract/errors.ts";
import { gatewayResponses } from "./gateway-responses.ts";

describe("the gateway's own errors", () => {
  it.each(gatewayResponses)(
    "$responseType has the shape and the status of the API's errors",
    ({ statusCode, body }) => {
      const error = ApiError.parse(JSON.parse(body.replace("$context.error.messageString", '"what the gateway says"')));
      if (statusCode !== undefined) expect(Number(statusCode)).toBe(apiErrorStatus[error.code]);
    },
  );

  it("say when to try again where trying again helps, and only there", () => {
    const retried = gatewayResponses.filter(({ retryAfterSeconds }) => retryAfterSeconds !== undefined);
    expect(retried.map(({ responseType }) => responseType)).toEqual(["THROTTLED", "INTEGRATION_FAILURE"]);
    const statuses = Object.fromEntries(
      gatewayResponses.map(({ responseType, statusCode }) => [responseType, statusCode]),
    );
    expect(statuses).toMatchObject({ INTEGRATION_FAILURE: "503", THROTTLED: "429" });
    expect(statuses["DEFAULT_5XX"]).toBeUndefined();
  });

  it("cover a missing key, throttling, a body too large and a late answer", () => {
    const types = gatewayResponses.map(({ responseType }) => responseType);
    const wanted = ["INVALID_API_KEY", "THROTTLED", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE", "INTEGRATION_TIMEOUT"];
    expect(types).toEqual(expect.arrayContaining([...wanted, "DEFAULT_4XX", "DEFAULT_5XX"]));
  });
});
