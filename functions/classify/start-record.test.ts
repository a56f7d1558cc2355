import { expect, it } from "vitest";
import { startRecord } from "./start-record.ts";

it("counts a start by engine, precision and processor class in CloudWatch's embedded metric format", () => {
  const started = {
    engine: "native",
    precision: "float32",
    processor: "avx2",
    flags: ["avx", "avx2"],
    reasons: ["inexact"],
    phases: { graph: 1 },
  } as const;
  expect(startRecord(started, 5)).toEqual({
    engine: "native",
    precision: "float32",
    processor: "avx2",
    flags: ["avx", "avx2"],
    reasons: ["inexact"],
    phasesMs: { graph: 1 },
    Starts: 1,
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        {
          Namespace: "DeepLearningWorkflow",
          Dimensions: [["engine", "precision", "processor"], []],
          Metrics: [{ Name: "Starts", Unit: "Count" }],
        },
      ],
    },
  });
});
