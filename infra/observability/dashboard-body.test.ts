import { describe, expect, it } from "vitest";
import { dashboardBody } from "./dashboard-body.ts";

const body = JSON.parse(
  dashboardBody("eu-central-1", {
    machines: { workflow: "arn:machine" },
    functions: { classify: { name: "classify-1", timeoutSeconds: 100 } },
    api: { name: "rest-1", stage: "v1" },
  }),
) as {
  widgets: {
    x: number;
    y: number;
    width: number;
    properties: { region: string; title: string; metrics: unknown[][] };
  }[];
};

describe("the dashboard", () => {
  it("shows every metric of its region with a label", () => {
    for (const { properties } of body.widgets) {
      expect(properties.region).toBe("eu-central-1");
      for (const metric of properties.metrics) {
        expect(metric.length % 2).toBe(1);
        expect(metric.at(-1)).toMatchObject({ label: expect.any(String), stat: expect.any(String) });
      }
    }
  });

  it("shows these metrics under these titles", () => {
    const shown = body.widgets.map(({ properties }) => [
      properties.title,
      properties.metrics.map(([, name]) => name).join(" "),
    ]);
    expect(shown).toEqual([
      [
        "Executions of workflow",
        "ExecutionsStarted ExecutionsSucceeded ExecutionsFailed ExecutionsTimedOut ExecutionsAborted",
      ],
      [expect.stringMatching(/^Milliseconds .* of workflow$/), "ExecutionTime ExecutionTime"],
      ["Calls of functions", "Invocations"],
      ["Errors of functions", "Errors"],
      [expect.stringMatching(/^Milliseconds .*, p99$/), "Duration"],
      ["Calls at once", "ConcurrentExecutions"],
      ["Throttled calls", "Throttles"],
      ["Requests to the API", "Count 4XXError 5XXError"],
      [expect.stringMatching(/^Milliseconds .* the API$/), "Latency Latency"],
    ]);
  });

  it("puts graphs side by side without an overlap", () => {
    const places = body.widgets.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(body.widgets.length);
    for (const { x, width } of body.widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});
