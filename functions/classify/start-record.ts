import { metricNamespace } from "../../contract/metrics.ts";
import type { Classifier } from "../inference/classifier.ts";

type Started = Pick<Classifier, "engine" | "precision" | "processor" | "flags" | "reasons" | "phases">;

/**
 * The fields of the log line of a start: what runs where and why, and CloudWatch's embedded metric format, so that
 * `Starts` counts by engine, precision and processor class. A fallback is then visible without searching the logs.
 */
export function startRecord({ engine, precision, processor, flags, reasons, phases }: Started, now = Date.now()) {
  return {
    engine,
    precision,
    processor,
    flags,
    reasons,
    phasesMs: phases,
    Starts: 1,
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [["engine", "precision", "processor"], []],
          Metrics: [{ Name: "Starts", Unit: "Count" }],
        },
      ],
    },
  };
}
