import { isDeepStrictEqual } from "node:util";
import { apiLimits } from "../../contract/limits.ts";
import { readCommand } from "../../lib/command.ts";
import { plantedCounts } from "../planted/planted.ts";
import { countsOfResults, followed, startExecution } from "./execution.ts";
import { type Peaks, peaksOf, runtimeMb } from "./memory.ts";
import { realSubject, standInSubject } from "./subject.ts";

/** Megabytes that the peaks of a larger execution may exceed those of the smallest one by. */
const mostMb = { function: 64, runtime: 128 };
const values =
  readCommand(
    `npm run bench:scale -- [options]

Classifies images with the one-machine runtime, 3 % of them with a defect, and verifies that each has one result, that results are
in order, and that the errors are those that were planted. Above --real images, a stand-in replaces the function classify. Prints time
and memory, which it reads on Linux only. Exit code 1 if a function's peak exceeds that of the first size by more than ${mostMb.function} MB, or the runtime's by more than ${mostMb.runtime} MB.

  --images LIST    Numbers of images, the smallest first (default 1000,10000,100000)
  --real N         Most images with the real function classify (default 10000; 0: none)
  --config K=V     A value of the stack's configuration (repeatable)
  --minutes N      Most minutes of one execution (default 60)
  --json           Figures as JSON
  --help           This text
`,
    {
      images: { type: "string", default: "1000,10000,100000" },
      real: { type: "string", default: "10000" },
      config: { type: "string", multiple: true, default: [] as string[] },
      minutes: { type: "string", default: "60" },
      json: { type: "boolean", default: false },
    },
  ) ?? process.exit();

interface Figure {
  readonly images: number;
  readonly classify: "real" | "stand-in";
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly peakMb: Peaks;
}

const sizes = values.images.split(",").map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= apiLimits.mostImages)) {
  console.error(
    `--images is "${values.images}"; it must be numbers from 1 to ${apiLimits.mostImages}, separated by commas.`,
  );
  process.exit(2);
}
const figures: Figure[] = [];
for (const images of sizes) {
  const figure = await measured(images, images > Number(values.real));
  figures.push(figure);
  if (!values.json) console.log(sentence(figure));
}
if (values.json) console.log(JSON.stringify({ figures }));
for (const problem of figures.flatMap((figure) => growth(figure))) {
  console.error(problem);
  process.exitCode = 1;
}

async function measured(images: number, standIn: boolean): Promise<Figure> {
  const subject = await (standIn ? standInSubject : realSubject)(images, values.config);
  const { service, planted } = subject;
  try {
    const startedAt = new Date();
    const executionId = await startExecution(service, images, planted);
    const view = await followed(service, executionId, {
      withinMs: Number(values.minutes) * 60_000,
      show: ({ progress }) =>
        console.error(
          `${((Date.now() - startedAt.getTime()) / 1_000).toFixed(0)} s: ${progress?.done ?? 0} of ${images} images, ` +
            `runtime ${runtimeMb(service).toFixed(0)} MB`,
        ),
    });
    const seconds = (Date.now() - startedAt.getTime()) / 1_000;
    const counts = await countsOfResults(service, view, images, planted);
    const wanted = plantedCounts(images, planted);
    if (!isDeepStrictEqual(counts, wanted)) {
      throw new Error(
        `The results have the codes ${JSON.stringify(counts)}, but ${JSON.stringify(wanted)} were planted.`,
      );
    }
    const failed = images - (wanted["classified"] ?? 0);
    if (view.counts?.total !== images || view.counts.failed !== failed) {
      throw new Error(
        `The execution counts ${JSON.stringify(view.counts)}, but ${failed} of ${images} must have failed.`,
      );
    }
    const classify = standIn ? "stand-in" : "real";
    return { images, classify, seconds, counts, peakMb: await peaksOf(service, startedAt) };
  } catch (error) {
    console.error(service.output().slice(-4_000));
    throw error;
  } finally {
    await subject.close();
  }
}

/** What exceeds the peaks of the first execution with the same kind of `classify` by more than it may. */
function growth({ images, classify, peakMb }: Figure): readonly string[] {
  const first = figures.find((each) => each.classify === classify);
  return Object.entries(peakMb).flatMap(([name, peak]) => {
    const grown = peak - (first?.peakMb[name] ?? peak);
    const most = name === "runtime" ? mostMb.runtime : mostMb.function;
    return grown <= most ? [] : [`"${name}" needs ${grown} MB more for ${images} images than for ${first?.images}.`];
  });
}

function sentence({ images, classify, seconds, peakMb }: Figure): string {
  const peaks = Object.entries(peakMb).map(([name, peak]) => `${name} ${peak}`);
  return `${images} images, ${classify} classify: ${seconds.toFixed(1)} s; peaks in MB: ${peaks.join(", ")}`;
}
