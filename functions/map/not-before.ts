import type { Deadline } from "../../contract/workflow.ts";
import { InvalidInput } from "../shared/parse.ts";

/** Most milliseconds by which the clock of Step Functions, which ended the wait, is ahead of this one. */
const clockDifferenceMs = 5_000;

/**
 * Returns when the time in `notBefore` has come. A wait counts towards the workflow's timeout and may be longer than it,
 * so only the workflow that starts executions later holds them.
 * @throws InvalidInput for a time in the future, and for any time while a caller waits
 */
export async function awaitStart(notBefore: string | undefined, deadline: Deadline | undefined): Promise<void> {
  if (notBefore === undefined) return;
  if (deadline) throw refused("is not allowed while a caller waits: leave it out");
  const ahead = Date.parse(notBefore) - Date.now();
  if (ahead > clockDifferenceMs) {
    throw refused(
      'is in the future, and this workflow starts at once: start the workflow "delayed-start" with the same input, or send it to POST /classify',
    );
  }
  if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
}

const refused = (message: string) => new InvalidInput("map", [{ path: ["notBefore"], message }]);
