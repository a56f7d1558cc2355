import Table from "cli-table3";
import { z } from "zod";
import { median } from "../../test/lanes/support/median.ts";

/** What `stages.ts` prints: the least milliseconds of processor time per photo. */
export const Stages = z.object({
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
  least: z.object({
    headers: z.number(),
    metadata: z.number(),
    jpeg: z.number(),
    whole: z.number(),
    full: z.number(),
  }),
});
export type Stages = z.infer<typeof Stages>;

const ThreadTime = z.object({ ranMs: z.number(), waitedMs: z.number() });

/** What `program.ts` prints: one call each. */
export const Samples = z.object({
  samples: z.array(
    z.object({
      work: z.enum(["decode", "infer", "both"]),
      wallMs: z.number(),
      inferred: z.array(z.number()),
      function: ThreadTime,
      decoders: ThreadTime,
    }),
  ),
});

/** One call, with the number of images in it and the limit of the processor. */
export interface Sample {
  readonly sample: z.infer<typeof Samples>["samples"][number];
  readonly batch: number;
  readonly cores: number | undefined;
}

const style = { head: [], border: [] };

export function stagesTable(found: readonly Stages[]): string {
  const sizes = found.map(({ width, height }) => `${width} x ${height}`);
  const table = new Table({ head: ["ms of processor time per photo", ...sizes], style });
  const row = (title: string, pick: (least: Stages["least"]) => number): void => {
    table.push([title, ...found.map(({ least }) => pick(least).toFixed(1))]);
  };
  row("format and headers", ({ headers }) => headers);
  row("sharp's metadata", ({ metadata }) => metadata);
  row("JPEG, shrunk while it is decoded", ({ jpeg }) => jpeg);
  // A difference of measurements: noise may be larger than it.
  row("resize, colours, copy", ({ whole, jpeg, metadata, headers }) => Math.max(0, whole - jpeg - metadata - headers));
  row("all: bytes to pixels", ({ whole }) => whole);
  row("for comparison: JPEG in its full size", ({ full }) => full);
  return table.toString();
}

/** 80 columns wide at most, so that it fits a terminal. */
export function sharesTable(samples: readonly Sample[]): string {
  const head = [
    "cores",
    "images",
    "work",
    "ms",
    "function\nran",
    "waited",
    "decoders\nran",
    "waited",
    "inferred\nat once",
  ];
  const table = new Table({ head, style: { head: [], border: [], "padding-left": 0, "padding-right": 1 } });
  for (const cores of new Set(samples.map((one) => one.cores))) {
    for (const batch of new Set(samples.map((one) => one.batch))) {
      for (const work of ["decode", "infer", "both"] as const) {
        const these = samples.filter((one) => one.cores === cores && one.batch === batch && one.sample.work === work);
        const middle = (pick: (sample: Sample["sample"]) => number): number =>
          median(these.map(({ sample }) => pick(sample)));
        table.push([
          cores ?? "all",
          batch,
          work,
          middle(({ wallMs }) => wallMs).toFixed(1),
          middle(({ function: { ranMs } }) => ranMs).toFixed(1),
          share(middle(({ function: own }) => shareOf(own))),
          middle(({ decoders: { ranMs } }) => ranMs).toFixed(1),
          share(middle(({ decoders }) => shareOf(decoders))),
          rangeOf(these.flatMap(({ sample }) => sample.inferred)),
        ]);
      }
    }
  }
  return table.toString();
}

/** "8", or "1 to 5", or nothing if there are no values. */
function rangeOf(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return "";
  return least === most ? String(least) : `${least} to ${most}`;
}

/** The share of the time in which threads wanted to run that they had no processor. */
function shareOf({ ranMs, waitedMs }: z.infer<typeof ThreadTime>): number {
  return ranMs + waitedMs > 0 ? waitedMs / (ranMs + waitedMs) : 0;
}

const share = (value: number): string => `${Math.round(value * 100)} %`;
