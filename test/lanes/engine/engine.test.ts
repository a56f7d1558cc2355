import { afterAll, describe } from "vitest";
import { copyProject } from "../../support/project-copy.ts";
import { opened } from "../support/opened.ts";
import { automationDriver, commandDriver } from "./drivers.ts";
import { testLife } from "./life.ts";
import { plantMark } from "./planted.ts";
import { openedSession } from "./story.ts";
import { verifierTable } from "./table.ts";

/**
 * Runs the real Pulumi engine with the real program: preview, up, up again, planted changes, refresh and destroy. Both
 * stacks are run with the `pulumi` command and with the Automation API (`-t "dev by"` runs only one stack). The
 * resources that moto supports are created in moto, an independent implementation of AWS.
 */
const session = openedSession();
afterAll(() => console.log(verifierTable(session().journal())));

const command = { by: "the pulumi command", open: commandDriver };
const automation = { by: "the Automation API", open: automationDriver };
const lives = [
  { stack: "dev", ...automation, modelInBucket: false },
  { stack: "prod", ...command, modelInBucket: false },
  { stack: "dev", ...command, modelInBucket: true },
  { stack: "prod", ...automation, modelInBucket: false },
].map((life) => [`${life.stack} by ${life.by}`, life] as const);

describe.each(lives)("%s", (_title, { stack, open, modelInBucket }) => {
  const project = opened(
    async () => copyProject(),
    (copy) => copy.remove(),
  );
  const driver = opened(
    async () => {
      plantMark(project().folder, 1);
      // A relative build context is relative to the project's folder, as with the `pulumi` command.
      const here = process.cwd();
      process.chdir(project().folder);
      return { here, driver: await open(project().folder, stack, session()) };
    },
    ({ here }) => process.chdir(here),
  );
  testLife({
    driver: () => driver().driver,
    byCommand: open === commandDriver,
    stack,
    project: () => project().folder,
    journal: () => session().journal(),
    account: () => session().moto.url,
    modelInBucket,
  });
});
