import path from "node:path";
import { describe, expect, it } from "vitest";
import { captureDeclared } from "#local-aws";
import { declaredOf } from "../../test/lanes/engine/provider/declared.ts";
import computed from "./computed.json" with { type: "json" };
import { isComputed } from "./computed.ts";

const root = path.resolve(import.meta.dirname, "../..");
const pushed = `none.example/image@sha256:${"0".repeat(64)}`;
/** Settings with which the program declares every type. */
const settings = {
  imageUri: JSON.stringify({ light: pushed, classify: pushed }),
  alarmAddress: "team@example.com",
  apiGatewayAccountRole: "manage",
  apiAccessLogs: "true",
  coldStart: "provisioned",
};

describe("computed.json", () => {
  it.each(Object.entries(computed))("has the outputs that the SDK declares for %s", (type, properties) => {
    expect(properties).toEqual([...declaredOf(type).outputs].sort());
  });

  it("has every type that the program declares", async () => {
    const overrides = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`deep-learning-workflow:${key}`, value]),
    );
    const { resources } = await captureDeclared({ root, stack: "dev", overrides });
    const types = new Set(resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")));
    expect(types.size).toBeGreaterThan(30);
    expect([...types].filter((type) => isComputed(type, "arn") === undefined)).toEqual([]);
  });
});

it("knows nothing about other types", () => {
  expect(isComputed("aws:other/thing:Thing", "arn")).toBeUndefined();
  expect(isComputed("aws:iam/role:Role", "arn")).toBe(true);
  expect(isComputed("aws:iam/role:Role", "assumeRolePolicy")).toBe(false);
});
