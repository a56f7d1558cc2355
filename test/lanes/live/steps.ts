import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { attempt, type CommandResult } from "../support/command.ts";

/** This checkout: commands of npm run here, because in a copy that shares the packages they would install them anew. */
export const checkout = path.resolve(import.meta.dirname, "../../..");
const file = path.join(checkout, ".github/workflows/live.yml");
const Workflow = z.object({
  jobs: z.object({
    live: z.object({
      steps: z.array(z.object({ id: z.string().optional(), run: z.string().optional(), uses: z.string().optional() })),
    }),
  }),
});

/** The scripts of the steps of live.yml, in order. Those without an id prepare the job, as in every workflow. */
export const scripts: ReadonlyMap<string, string> = new Map(
  Workflow.parse(parse(readFileSync(file, "utf8"))).jobs.live.steps.flatMap(({ id, run }) =>
    id !== undefined && run !== undefined ? [[id, run] as const] : [],
  ),
);

const ran = new Set<string>();
/** The ids of the steps whose scripts have not run. */
export const left = (): readonly string[] => [...scripts.keys()].filter((id) => !ran.has(id));

/** Runs the script of a step in the same way as GitHub does, whatever its exit code is. */
export async function runStep(id: string, cwd: string, environment: NodeJS.ProcessEnv): Promise<CommandResult> {
  const script = scripts.get(id);
  if (script === undefined) throw new Error(`live.yml has no step "${id}"`);
  ran.add(id);
  return attempt("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd, environment });
}
