import { describe, expect, it } from "vitest";
import { testApi } from "./test-support/api.ts";

const photo = "https://example.com/a.jpg";
const request = (notify: unknown, hosts: readonly string[] = ["hooks.example.com", "localhost:8443"]) =>
  testApi({ NOTIFY_HOSTS: [...hosts] }).call("POST", "/classify", { images: [photo], notify });

describe("the field notify", () => {
  it.each(["https://hooks.example.com/x?y", "https://localhost:8443/"])("accepts %s", async (url) => {
    expect(await request(url)).toMatchObject({ status: 202 });
  });

  it("becomes part of the execution's input, of a large one as well", async () => {
    const api = testApi({ NOTIFY_HOSTS: ["*"] });
    const notify = "https://hooks.example.com/";
    await api.call("POST", "/classify", { images: [photo], notify }, { "idempotency-key": "small" });
    const images = Array.from({ length: 10_000 }, (_, at) => `${photo}?${at}`);
    await api.call("POST", "/classify", { images, notify }, { "idempotency-key": "large" });
    const inputs = [...api.executions.values()].map(({ input }) => JSON.parse(input ?? ""));
    expect(inputs).toEqual([
      { images: [photo], topK: 5, notify },
      { request: expect.anything(), notify },
    ]);
  });

  it.each([
    ["another host", "https://example.org/", /"example.org" in "notify" is not allowed.*"notifyHosts"/],
    ["another port of a direct entry", "https://localhost:8444/", /"localhost:8444" in "notify" is not allowed/],
    ["credentials", "https://a:b@hooks.example.com/", /contains credentials/],
    ["a port of another protocol", "https://hooks.example.com:25/", /port 25/],
  ])("is refused before the start: %s", async (_what, url, message) => {
    expect(await request(url)).toMatchObject({
      status: 400,
      json: { code: "NotifyNotAllowed", message: expect.stringMatching(message), details: [{ path: "notify" }] },
    });
  });

  it("is refused where no host is allowed, which is the default", async () => {
    expect(await request("https://hooks.example.com/", [])).toMatchObject({
      status: 400,
      json: { code: "NotifyNotAllowed", message: expect.stringContaining("sends no webhooks") },
    });
  });

  it.each([
    ["http://hooks.example.com/"],
    ["hooks.example.com"],
    [5],
    [`https://hooks.example.com/${"x".repeat(2_048)}`],
  ])("is invalid: %s", async (url) => {
    expect(await request(url)).toMatchObject({
      status: 400,
      json: { code: "InvalidRequest", details: [{ path: "notify" }] },
    });
  });

  it("is not for the synchronous API", async () => {
    const body = { images: [photo], notify: "https://hooks.example.com/" };
    expect(await testApi({ NOTIFY_HOSTS: ["*"] }).call("POST", "/classify/sync", body)).toMatchObject({
      status: 400,
      json: { code: "InvalidRequest", details: [{ path: "notify" }] },
    });
  });
});
