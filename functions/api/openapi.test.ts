import { createConfig, lintFromString } from "@redocly/openapi-core";
import openapiTypescript, { astToString } from "openapi-typescript";
import { describe, expect, it } from "vitest";
import { openApi, operations } from "./openapi.ts";
import { requestExamples } from "./request-examples.ts";
import { testApi } from "./test-support/api.ts";

interface Described {
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly examples: Readonly<Record<string, { value: unknown }>> }>>;
  };
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

const address = "https://abc.execute-api.eu-central-1.amazonaws.com/dev";

it("describes the API at its address, with what it asks callers for", () => {
  expect(openApi("https://api.test/v1", "apiKey")).toMatchObject({
    openapi: "3.1.0",
    info: { title: "Deep-learning workflow", version: "1" },
    servers: [{ url: "https://api.test/v1" }],
  });
  expect(openApi("https://api.test/v1", "none")).toMatchObject({ security: [] });
});

describe("the document", () => {
  it.each(["apiKey", "iam", "none"] as const)(
    "has no warning by Redocly's recommended rules: %s",
    async (authentication) => {
      const config = await createConfig({ extends: ["recommended"], telemetry: "off" });
      const source = JSON.stringify(openApi(address, authentication));
      const problems = await lintFromString({ source, config });
      expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual(
        [],
      );
    },
  );

  it("is one that Redocly would find a mistake in: the test is not blind", async () => {
    const config = await createConfig({ extends: ["recommended"], telemetry: "off" });
    const text = JSON.stringify(openApi(address, "apiKey")).replaceAll("postClassifySync", "postClassify");
    expect(await lintFromString({ source: text, config })).not.toEqual([]);
  });

  it("is accepted by openapi-typescript, which makes a type of each request", async () => {
    const types = astToString(await openapiTypescript(JSON.stringify(openApi(address, "apiKey"))));
    for (const name of ["ClassifyRequest", "UploadRequest", "postClassify", "getExecutionsIdResults"]) {
      expect(types).toContain(name);
    }
    expect(types).toMatch(/manifest: string/);
  });

  it("has examples for every request with a body, and each of them is accepted", async () => {
    const { paths } = openApi(address, "apiKey") as Document;
    const withBody = Object.entries(operations).flatMap(([route, { body }]) => (body === undefined ? [] : [route]));
    expect(Object.keys(requestExamples)).toEqual(withBody);
    for (const route of withBody) {
      const [method = "", path = ""] = route.split(" ");
      const described = paths[path]?.[method.toLowerCase()];
      const examples = Object.entries(described?.requestBody?.content["application/json"]?.examples ?? {});
      expect(examples.length).toBeGreaterThan(0);
      for (const [name, { value }] of examples) {
        const api = testApi();
        const counts = { total: 1, succeeded: 0, failed: 1 };
        const output = {
          executionId: "x",
          release: "0123456789ab",
          counts,
          results: [],
          resultsLocation: { bucket: "b", key: "k" },
        };
        api.synchronous.answer = async () => ({ status: "SUCCEEDED", output: JSON.stringify(output) });
        api.end("ended", { status: "SUCCEEDED", output: JSON.stringify(output) });
        api.objects.set("b/k", "[]");
        const answer = await api.call(method, path.replace("{name}", name).replace("{id}", "ended"), value);
        expect([route, name, answer.status]).toEqual([route, name, operations[route]?.response.status]);
      }
    }
  });
});
