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
  perImage: z.record(z.enum(["decode", ...precisions]), z.number().positive()),
  perCall: z.record(z.enum(billedPerCall), z.number().positive()),
  perImageInCall: z.object({ map: z.number().positive(), reduce: z.number().positive() }),
});

/** processor-seconds.json: the one place of what was measured. */
export const measured = Measured.parse(
  JSON.parse(readFileSync(path.join(import.meta.dirname, "processor-seconds.json"), "utf8")),
);
