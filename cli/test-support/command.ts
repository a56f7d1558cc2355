import { run, type Surroundings } from "../run.ts";
import type { FakeApi } from "./fake-api.ts";

/** Runs the command in a folder, with the fake as its endpoint and without pauses, and returns what it printed. */
export async function commandIn(
  { api, folder }: { readonly api: FakeApi; readonly folder: string },
  parameters: readonly string[],
  more: Partial<Surroundings> = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run(parameters, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    environment: { DLW_ENDPOINT: api.url },
    folder,
    root: folder,
    timing: { retryMs: 1, pollMs: 1 },
    ...more,
  });
  return { exitCode, out: out.join(""), err: err.join("") };
}
