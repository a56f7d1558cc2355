import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { listOf, registrations, settled } from "../test-support/registrations.ts";
import { ApiParts } from "./api-parts.ts";

const method = { restApi: "api", resourceId: "root", httpMethod: "ANY", authorization: "NONE" };

async function hashOf(change: Partial<aws.apigateway.MethodArgs> = {}, names = ["one"]): Promise<string> {
  let hash = "";
  await registrations(async () => {
    const parts = new ApiParts();
    for (const name of names) parts.add(aws.apigateway.Method, name, { ...method, ...change }, {});
    hash = await settled(parts.hash);
  });
  return hash;
}

describe("the parts of a REST API", () => {
  it("are made as they are given, and are what a deployment waits for", async () => {
    const parts = new ApiParts();
    const resources = await registrations(() => {
      parts.add(aws.apigateway.Method, "one", method, {});
      parts.add(aws.apigateway.Method, "two", { ...method, httpMethod: "GET" }, {});
    });
    expect(listOf(resources)).toEqual(["Method one", "Method two"]);
    expect(parts.resources).toHaveLength(2);
  });

  it("have one hash, whichever is made first", async () => {
    expect(await hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf()).toBe(await hashOf());
    expect(await hashOf({}, ["one", "two"])).toBe(await hashOf({}, ["two", "one"]));
  });

  it.each([
    ["a method", { httpMethod: "GET" }],
    ["a value that another resource computes", { resourceId: pulumi.output("other") }],
    ["a flag", { apiKeyRequired: true }],
    ["a nested value", { requestParameters: { "method.request.header.x": true } }],
  ])("have another hash with another input: %s", async (_what, change) => {
    expect(await hashOf(change)).not.toBe(await hashOf());
  });

  it("have another hash with one part more or another name", async () => {
    expect(await hashOf({}, ["one", "two"])).not.toBe(await hashOf());
    expect(await hashOf({}, ["other"])).not.toBe(await hashOf());
  });
});
