import { calls, executions, type Metric, requests, type Watched } from "./metrics.ts";

type Stat = "Sum" | "Maximum" | "p50" | "p99";
interface Line {
  readonly metric: Metric;
  readonly label: string;
  readonly stat: Stat;
}

/**
 * The dashboard in CloudWatch's format ("Dashboard Body Structure and Syntax"): a grid of 24 columns, two graphs per
 * row.
 */
export function dashboardBody(region: string, watched: Watched): string {
  const graphs = [...machineGraphs(watched), ...functionGraphs(watched), ...apiGraphs(watched)];
  return JSON.stringify({
    widgets: graphs.map(({ title, lines }, index) => ({
      type: "metric",
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, region, view: "timeSeries", period: 60, metrics: lines.map(entry) },
    })),
  });
}

function entry({ metric, label, stat }: Line): readonly unknown[] {
  return [metric.namespace, metric.metricName, ...Object.entries(metric.dimensions).flat(), { label, stat }];
}

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
}

function machineGraphs({ machines }: Watched): readonly Graph[] {
  return Object.entries(machines).flatMap(([name, arn]) => [
    {
      title: `Executions of ${name}`,
      lines: ["Started", "Succeeded", "Failed", "TimedOut", "Aborted"].map((each) => ({
        metric: executions(`Executions${each}`, arn),
        label: each,
        stat: "Sum" as const,
      })),
    },
    {
      title: `Milliseconds per execution of ${name}`,
      lines: (["p50", "p99"] as const).map((stat) => ({ metric: executions("ExecutionTime", arn), label: stat, stat })),
    },
  ]);
}

function functionGraphs({ functions }: Watched): readonly Graph[] {
  const lines = (metricName: string, stat: Stat) =>
    Object.entries(functions).map(([label, { name }]) => ({ metric: calls(metricName, name), label, stat }));
  return [
    { title: "Calls of functions", lines: lines("Invocations", "Sum") },
    { title: "Errors of functions", lines: lines("Errors", "Sum") },
    { title: "Milliseconds a call, p99", lines: lines("Duration", "p99") },
    { title: "Calls at once", lines: lines("ConcurrentExecutions", "Maximum") },
    { title: "Throttled calls", lines: lines("Throttles", "Sum") },
  ];
}

function apiGraphs({ api }: Watched): readonly Graph[] {
  const counts = { Count: "requests", "4XXError": "4xx", "5XXError": "5xx" };
  return [
    {
      title: "Requests to the API",
      lines: Object.entries(counts).map(([name, label]) => ({
        metric: requests(name, api),
        label,
        stat: "Sum" as const,
      })),
    },
    {
      title: "Milliseconds an answer of the API",
      lines: (["p50", "p99"] as const).map((stat) => ({ metric: requests("Latency", api), label: stat, stat })),
    },
  ];
}
