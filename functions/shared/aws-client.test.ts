import { describe, expect, it } from "vitest";
import { refusesHostPrefix } from "./aws-client.ts";

describe("refusesHostPrefix", () => {
  it.each(["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080", "http://10.0.0.5"])(
    "is true of %s, which no host name can be put before",
    (endpoint) => expect(refusesHostPrefix(endpoint)).toBe(true),
  );

  it.each([undefined, "", "https://states.eu-central-1.amazonaws.com", "https://localhost.example.com"])(
    "is false of %j",
    (endpoint) => expect(refusesHostPrefix(endpoint)).toBe(false),
  );
});
