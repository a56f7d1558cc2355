import { test } from "vitest";
import { copyProject } from "../../support/project-copy.ts";
import { opened } from "../support/opened.ts";
import { commandDriver, type Driver } from "./drivers.ts";
import { openSession, type Session } from "./session.ts";
import { callsIn } from "./table.ts";

/** A stack of a copy of the project, which the tests of a file change and deploy one after another. */
export interface Stage {
  readonly session: Session;
  readonly driver: Driver;
  /** The copy of the checkout that the driver runs. */
  readonly project: string;
}

export interface StageOptions {
  readonly stack: string;
  /** Settings besides those of the stack's file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Changes the copy before the stack is created. */
  readonly prepare?: (project: string) => void;
}

/** Opens the engine's session for a test file. */
export function openedSession(): () => Session {
  return opened(openSession, (each) => each.close());
}

/** Opens a stack without resources, driven by the `pulumi` command. */
export function openedStage(session: () => Session, { stack, settings = {}, prepare }: StageOptions): () => Stage {
  const copy = opened(
    async () => copyProject(),
    (project) => project.remove(),
  );
  return opened(async () => {
    const project = copy().folder;
    prepare?.(project);
    const driver = await commandDriver(project, stack, session());
    for (const [key, value] of Object.entries(settings)) await driver.configure(key, value);
    return { session: session(), driver, project };
  });
}

/** A test that also prints the calls that the providers received during it. */
export function story(claim: string, stage: () => Stage, tell: (stage: Stage) => Promise<void>): void {
  test(claim, async ({ annotate }) => {
    const { session } = stage();
    const before = session.journal().length;
    try {
      await tell(stage());
    } finally {
      await annotate(callsIn(session.journal().slice(before)));
    }
  });
}
