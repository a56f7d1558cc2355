import { afterAll, describe } from "vitest";
import { copyProject } from "../../support/project-copy.ts";
import { opened } from "../support/opened.ts";
import { quick } from "../support/quick.ts";
import { automationDriver, commandDriver } from "./drivers.ts";
import { testLife } from "./life.ts";
import { plantMark } from "./planted.ts";
import { openedSession } from "./story.ts";
import { verifierTable } from "./table.ts";

const drivers = {
  command: { by: "the pulumi command", open: commandDriver },
  automation: { by: "the Automation API", open: automationDriver },
} as const;

/** How a life is driven, and whether its model is moved to the bucket. */
export interface LifeOptions {
  readonly driver: keyof typeof drivers;
  readonly modelInBucket: boolean;
  /** Whether the quick form has this life: it has one per stack, each with another driver. */
  readonly quick: boolean;
}

/**
 * Runs the real Pulumi engine with the real program: preview, up, up again, planted changes, refresh and destroy. A stack
 * is run with the `pulumi` command and with the Automation API. The resources that moto supports are created in moto, an
 * independent implementation of AWS.
 */
export function testLives(stack: string, lives: readonly LifeOptions[]): void {
  const session = openedSession();
  const lived = lives.filter((life) => life.quick || !quick);
  afterAll(() => console.log(verifierTable(session().journal())));
  describe.each(lived.map((life) => [drivers[life.driver].by, life] as const))(`${stack} by %s`, (_by, life) => {
    const { open } = drivers[life.driver];
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
      byCommand: life.driver === "command",
      stack,
      project: () => project().folder,
      journal: () => session().journal(),
      account: () => session().moto.url,
      modelInBucket: life.modelInBucket,
    });
  });
}
