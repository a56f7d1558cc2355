import path from "node:path";
import { attempt, type CommandResult } from "../support/command.ts";
import type { Stage } from "./story.ts";

/** Runs `npm run release -- --stack STACK …` as a user would, against the lane's account. */
export async function releaseCommand(
  { session, project, driver }: Stage,
  ...parameters: readonly string[]
): Promise<CommandResult> {
  const command = ["--import", "tsx", path.join(project, "cli/main.ts"), "release", "--stack", driver.stack];
  return attempt(process.execPath, [...command, ...parameters], {
    cwd: project,
    environment: {
      ...session.environment,
      AWS_ENDPOINT_URL: session.account.url,
      AWS_ACCESS_KEY_ID: "lane",
      AWS_SECRET_ACCESS_KEY: "lane",
      AWS_REGION: "us-east-1",
    },
  });
}
