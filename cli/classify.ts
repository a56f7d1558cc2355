import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import type { ImageResult } from "../contract/workflow.ts";
import { type Client, Refusal } from "./api/client.ts";
import { CommandFailure, exitCodes } from "./failure.ts";
import type { Progress } from "./output/progress.ts";
import type { Source } from "./input/source.ts";
import { referenceOf } from "./input/upload.ts";

/** What became of one source: predictions, or why there are none. */
export interface Row {
  readonly name: string;
  readonly predictions: readonly { readonly label: string; readonly probability: number }[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Classified {
  readonly rows: readonly Row[];
  /** Some rows have an error because a whole execution failed, not because of their image. */
  readonly executionFailed: boolean;
}

const limits = { uploadsAtOnce: 4, executionsAtOnce: 4, imagesAnExecution: 100 } as const;

interface Uploaded {
  readonly place: number;
  readonly reference: string;
}

/** Uploads what has to be, classifies in groups, and answers in the order of the sources. @throws CommandFailure */
export async function classify(
  sources: readonly Source[],
  topK: number,
  { client, progress }: { readonly client: Client; readonly progress: Progress },
): Promise<Classified> {
  const rows: Row[] = sources.map(({ name }) => ({ name, predictions: [] }));
  const fail = (place: number, error: NonNullable<Row["error"]>) => {
    rows[place] = { name: rows[place]?.name ?? "", predictions: [], error };
  };
  let executionFailed = false;

  const upload = async (source: Source, place: number): Promise<Uploaded | undefined> => {
    try {
      return { place, reference: await referenceOf(source, client) };
    } catch (error) {
      fail(place, ownError(error));
      return undefined;
    } finally {
      progress.step("uploaded");
    }
  };

  const runGroup = async (group: readonly Uploaded[]): Promise<void> => {
    try {
      const images = group.map(({ reference }) => reference);
      const { executionId } = await client.start({ images, topK }, randomUUID());
      const view = await client.finish(executionId);
      if (view.status !== "SUCCEEDED") {
        executionFailed = true;
        const error = view.error ?? { code: view.status, message: `The execution "${executionId}" is ${view.status}.` };
        for (const { place } of group) fail(place, error);
        return;
      }
      for (const result of await client.results(view)) take(result, group);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "TooManyImages" || group.length < 2) throw asFailure(error);
      // How many fit depends on the length of the references: the API knows.
      const half = Math.ceil(group.length / 2);
      await runGroup(group.slice(0, half));
      await runGroup(group.slice(half));
    }
  };
  const take = (result: ImageResult, group: readonly Uploaded[]) => {
    const place = group[result.index]?.place;
    if (place === undefined) return;
    if ("error" in result) fail(place, result.error);
    else rows[place] = { name: rows[place]?.name ?? "", predictions: result.predictions };
    progress.step("classified");
  };

  progress.begin("uploaded", sources.length);
  const uploaded = await inParallel(limits.uploadsAtOnce, sources, upload);
  const ready = uploaded.filter((each) => each !== undefined);
  progress.begin("classified", ready.length);
  const groups = Array.from({ length: Math.ceil(ready.length / limits.imagesAnExecution) }, (_, at) =>
    ready.slice(at * limits.imagesAnExecution, (at + 1) * limits.imagesAnExecution),
  );
  await inParallel(limits.executionsAtOnce, groups, runGroup);
  return { rows, executionFailed };
}

async function inParallel<T, R>(concurrency: number, values: readonly T[], work: (value: T, at: number) => Promise<R>) {
  const queue = new PQueue({ concurrency });
  try {
    return await Promise.all(values.map((value, at) => queue.add(() => work(value, at))));
  } finally {
    // After a failure the rest is not begun.
    queue.clear();
  }
}

/** A photo that is refused costs its row; a key that is refused costs the command. */
function ownError(error: unknown): NonNullable<Row["error"]> {
  if (error instanceof Refusal && ![401, 403, 404, 429].includes(error.status) && error.status < 500) {
    return { code: error.code, message: error.message };
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "ENOENT") return { code: "PhotoNotReadable", message: (error as Error).message };
  throw asFailure(error);
}

function asFailure(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const hint = error.status === 401 || error.status === 403 ? " Give the key by --api-key or DLW_API_KEY." : "";
  return new CommandFailure(exitCodes.endpointRefused, `${error.code}: ${error.message}${hint}`, { cause: error });
}
