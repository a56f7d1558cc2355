import * as z from "zod";
import { servingFunctionNames } from "../functions.ts";
import { type Precision, precisions } from "./precision.ts";

/** The settings of a stack on which the cost of an execution depends: its output `costSettings`. Memory in MB. */
export const CostSettings = z.object({
  memory: z.record(z.enum(servingFunctionNames), z.number().positive()),
  architecture: z.enum(["x86_64", "arm64"]),
  precision: z.enum(precisions),
  batchSize: z.number().int().positive(),
  /** Bytes of results above which a Distributed Map takes over. */
  inlineLimit: z.number().int().positive(),
  resultRetentionDays: z.number().positive(),
  /** The workflow that sends webhooks, as JSON text; undefined while its rule is disabled. */
  notifyDefinition: z.string().optional(),
});
export type CostSettings = z.infer<typeof CostSettings>;

/** The form in which a stack computes; where it is chosen at the start, the slower native form. */
export function precisionOf(engine: string | undefined, precision: string | undefined): Precision {
  if (engine === "webassembly") return "webassembly";
  return precision === "int8" ? "int8" : "float32";
}
