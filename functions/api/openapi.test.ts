import { expect, it } from "vitest";
import { openApi } from "./openapi.ts";

it("describes the API at its address, with what it asks callers for", () => {
  expect(openApi("https://api.test/v1", "apiKey")).toMatchObject({
    openapi: "3.1.0",
    info: { title: "Deep-learning workflow", version: "1" },
    servers: [{ url: "https://api.test/v1" }],
  });
  expect(openApi("https://api.test/v1", "none")).toMatchObject({ security: [] });
});
