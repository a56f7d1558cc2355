import path from "node:path";
import { expect, it } from "vitest";
import { captureDeclared } from "#local-aws";
import { isReal } from "./identity.ts";
import { createOnlyOf, withDefaults } from "./knowledge.ts";

const root = path.resolve(import.meta.dirname, "../..");
const pushed = `none.example/image@sha256:${"0".repeat(64)}`;
const settings = {
  imageUri: JSON.stringify({ light: pushed, classify: pushed }),
  alarmAddress: "team@example.com",
  apiGatewayAccountRole: "manage",
  apiAccessLogs: "true",
  coldStart: "provisioned",
};

it("has the create-only properties of every type that the program declares", async () => {
  const overrides = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`deep-learning-workflow:${key}`, value]),
  );
  const { resources } = await captureDeclared({ root, stack: "dev", overrides });
  const types = [...new Set(resources.filter(isReal).map(({ type }) => type))];
  expect(types.length).toBeGreaterThan(35);
  expect(types.filter((type) => createOnlyOf(type) === undefined)).toEqual([]);
});

it("fills in what AWS takes where a property is absent, and nothing that is given", () => {
  const type = "aws:lambda/function:Function";
  expect(withDefaults(type, { memorySize: 512, environment: {} })).toMatchObject({
    memorySize: 512,
    timeout: 3,
    tracingConfig: { mode: "PassThrough" },
    environment: { variables: {} },
  });
});
