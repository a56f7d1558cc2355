import { describe, expect, it } from "vitest";
import type { Graph } from "#local-aws";
import { describeChange } from "./change.ts";

const resource = (type: string, name: string, inputs: object = {}) => ({ type, name, custom: true, inputs });
const graph = (more: Partial<Record<keyof Graph, unknown>> = {}) =>
  ({ functions: [], stateMachines: [], roles: [], buckets: [], resources: [], ...more }) as unknown as Graph;

describe("describeChange", () => {
  it("lists changed, new and removed resources by kind", () => {
    const before = graph({
      functions: [{ name: "api", imageUri: "1" }, { name: "old" }],
      stateMachines: [{ name: "workflow", definition: "{}" }],
      resources: [resource("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", { threshold: 1 })],
    });
    const after = graph({
      functions: [{ name: "api", imageUri: "2" }, { name: "new" }],
      stateMachines: [{ name: "workflow", definition: "{ }" }],
      resources: [resource("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", { threshold: 2 })],
    });
    expect(describeChange(before, after)).toBe(
      'changed function "api"; new function "new"; removed function "old"; changed state machine "workflow"; changed resource "errors"',
    );
  });

  it("reports no change if nothing changed, or only resources of an image", () => {
    expect(describeChange(graph(), graph())).toBe("no resource changed");
    const image = (tag: string) => graph({ resources: [resource("awsx:ecr:Image", "classify", { tag })] });
    expect(describeChange(image("1"), image("2"))).toBe("no resource changed");
  });

  it("limits the length of the list", () => {
    const many = (prefix: string) => Array.from({ length: 9 }, (_, at) => ({ name: `${prefix}${at}` }));
    expect(describeChange(graph({ functions: many("a") }), graph({ functions: many("b") }))).toBe(
      'new functions "b0", "b1", "b2", "b3" and 5 more; removed functions "a0", "a1", "a2", "a3" and 5 more',
    );
  });
});
