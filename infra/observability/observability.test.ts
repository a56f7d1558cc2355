import { expect, it } from "vitest";
import { stackPrefix } from "../stack-names.ts";
import { dashboardName } from "./observability.ts";

const prefix = stackPrefix("prod");
const machine = `${prefix}-workflow-1a2b3c4`;

it("names a dashboard after the stack and the region", () => {
  expect(dashboardName(prefix, "eu-west-1", machine)).toBe("dlw-prod-eu-west-1-1a2b3c4");
});

it.each([
  ["another region", dashboardName(prefix, "us-east-1", machine)],
  ["the same stack in another backend", dashboardName(prefix, "eu-west-1", `${prefix}-workflow-9z8y7x6`)],
  ["another stack", dashboardName(stackPrefix("dev"), "eu-west-1", machine)],
])("names the dashboard of %s differently", (_what, other) => {
  expect(other).not.toBe(dashboardName(prefix, "eu-west-1", machine));
});

it("names the dashboards of stacks with the same first letters differently", () => {
  const [one, two] = ["pull-request-12345", "pull-request-123456"].map((stack) => stackPrefix(stack));
  expect(one).toBe(two);
  const names = ["aaaaaaa", "bbbbbbb"].map((suffix) =>
    dashboardName(one ?? "", "eu-west-1", `${one}-workflow-${suffix}`),
  );
  expect(new Set(names).size).toBe(2);
});
