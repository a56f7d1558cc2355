import { run } from "../support/command.ts";
import { Verdict } from "../support/verdict.ts";
import { automationDriver, commandDriver, type Driver } from "./drivers.ts";
import { measureEvaluation } from "./evaluation.ts";
import { judgeLife, plantMark } from "./life.ts";
import { copyProject } from "./project.ts";
import { openSession } from "./session.ts";
import { judgesTable } from "./table.ts";

/**
 * The real Pulumi engine with the real program: preview, up, up again, planted changes, refresh, destroy, for both stacks,
 * each by the `pulumi` command and by the Automation API (an argument names the only stack to judge). Inputs are applied to moto, an AWS
 * that is not ours, where it knows the resource.
 */
const verdict = new Verdict();
const here = process.cwd();
await run(process.execPath, ["--import", "tsx", "model/build.ts"]);
const session = await openSession();
const lives = [
  { stack: "dev", open: automationDriver, modelInBucket: false },
  { stack: "prod", open: commandDriver, modelInBucket: false },
  { stack: "dev", open: commandDriver, modelInBucket: true },
  { stack: "prod", open: automationDriver, modelInBucket: false },
] as const;
try {
  const fresh = copyProject();
  await measureEvaluation(verdict, fresh.folder).finally(() => fresh.remove());
  const [only] = process.argv.slice(2);
  for (const { stack, open, modelInBucket } of lives.filter((life) => only === undefined || life.stack === only)) {
    const project = copyProject();
    try {
      plantMark(project.folder);
      // A relative build context is meant from the project's folder, as it is under the command.
      process.chdir(project.folder);
      const driver: Driver = await open(project.folder, stack, session);
      await judgeLife(verdict, { driver, stack, project: project.folder, account: session.moto.url, modelInBucket });
    } finally {
      process.chdir(here);
      project.remove();
    }
  }
  console.log(judgesTable(session.journal()));
} finally {
  await session.close();
}
verdict.close();
