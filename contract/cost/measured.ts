import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { servingFunctionNames } from "../functions.ts";
import { precisions } from "./precision.ts";

/** The functions whose calls take about the same time each: all that serve users but `classify`. */
const billedPerCall = servingFunctionNames.filter((name) => name !== "classify");

const Measured = z.object({
  date: z.string(),
  measuredOn: z.string(),
  /** Seconds of processor time, by class of processor. */
  perImage: z.record(z.string(), z.record(z.enum(["decode", ...precisions]), z.number().positive())),
  /** The class for which costs are estimated. */
  estimatedFor: z.string(),
  /** Classes that no machine of this project has. */
  notMeasured: z.array(z.string()),
  perCall: z.record(z.enum(billedPerCall), z.number().positive()),
  perImageInCall: z.object({ map: z.number().positive(), reduce: z.number().positive() }),
});

/** The file processor-seconds.json, the only place of what was measured. */
export const measured = Measured.parse(
  JSON.parse(readFileSync(path.join(import.meta.dirname, "processor-seconds.json"), "utf8")),
);

/** Seconds of processor time that an image takes on a class of processors. @throws RangeError for a class that was not measured */
export function perImageOn(processor: string): (typeof measured.perImage)[string] {
  const found = measured.perImage[processor];
  if (!found) throw new RangeError(`Processor class "${processor}" was not measured.`);
  return found;
}
