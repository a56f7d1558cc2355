import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture, type Graph } from "#local-aws";
import { orders, pairsOf, unordered } from "./support/orders.ts";
import { makeProject, type Project } from "./support/project.ts";

const settings = {
  modelSource: "bucket",
  examples: "true",
  tracing: "true",
  coldStart: "provisioned",
  apiAccessLogs: "true",
  apiGatewayAccountRole: "manage",
  alarmAddress: "team@example.com",
};

let project: Project;
let graph: Graph;
beforeAll(async () => {
  project = makeProject();
  const overrides = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`deep-learning-workflow:${key}`, value]),
  );
  graph = await capture({
    root: project.root,
    stack: "dev",
    environment: { DLW_CACHE_DIR: project.cacheDir },
    overrides,
  });
});
afterAll(() => project.remove());

describe("resources are made in the order that AWS needs", () => {
  it.each(orders.map((order) => [`${order.before.join(" ")} before ${order.after.join(" ")}`, order] as const))(
    "%s",
    (_title, order) => {
      const resources = graph.resources.map(({ options, ...each }) => ({
        ...each,
        dependencies: options.dependencies,
      }));
      expect(pairsOf(order, resources).length, "resources of both kinds").toBeGreaterThan(0);
      expect(unordered(order, resources), order.prevents).toEqual([]);
    },
  );
});
