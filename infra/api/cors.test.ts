import { expect, it } from "vitest";
import { preflightHeaders } from "./cors.ts";

it("lets a page send what the API reads, and what SigV4 and API keys need", () => {
  expect(preflightHeaders(["https://a.test"])["method.response.header.Access-Control-Allow-Headers"]).toBe(
    "'authorization,content-type,idempotency-key,x-api-key,x-amz-date,x-amz-security-token,x-amz-content-sha256'",
  );
});
