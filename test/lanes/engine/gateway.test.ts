import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { APIGatewayClient, GetStagesCommand } from "@aws-sdk/client-api-gateway";
import { expect } from "vitest";
import { editFile } from "../support/edited-copy.ts";
import { laneClient } from "./account/client.ts";
import type { Operation } from "./events.ts";
import { openedSession, openedStage, type Stage, story } from "./story.ts";

/** API Gateway serves the deployment that the stage names: a change that makes no new deployment stays without effect. */
const session = openedSession();
const stage = openedStage(session, { stack: "dev", settings: { examples: "false" } });

story("a change of CORS reaches the stage", stage, async (on) => {
  await on.driver.perform("up");
  const before = await deploymentOf(on);
  await on.driver.configure("corsOrigins", '["https://example.com"]');
  reachesStage(await on.driver.perform("up"));
  expect(await deploymentOf(on)).not.toBe(before);
});

const edits = [
  [
    "timeout",
    "rest-api.ts",
    "apiGatewayLimits.integrationSeconds * 1_000",
    "apiGatewayLimits.integrationSeconds * 1_000 - 1",
  ],
  ["route", "rest-api.ts", 'pathPart: "{proxy+}"', 'pathPart: "{path+}"'],
  ["integration", "proxy-route.ts", 'type: "AWS_PROXY",', 'type: "AWS_PROXY", passthroughBehavior: "NEVER",'],
  ["preflight's header", "cors.ts", "'3600'", "'60'"],
  ["preflight's status", "proxy-route.ts", '{"statusCode": 204}', '{"statusCode": 200}'],
  ["error responses", "rest-api.ts", "...errorCorsHeaders(corsOrigins), ", ""],
] as const;
for (const [what, file, from, to] of edits) {
  story(`a change of the ${what} would reach the stage`, stage, async (on) => {
    const location = path.join(on.project, "infra/api", file);
    const text = readFileSync(location, "utf8");
    editFile(location, () => text.replace(from, to));
    try {
      reachesStage(await on.driver.perform("preview"));
    } finally {
      writeFileSync(location, text);
    }
  });
}

story("without a change the stage keeps its deployment", stage, async (on) => {
  const { steps } = await on.driver.perform("preview");
  expect(steps).toEqual([]);
  await on.driver.perform("destroy");
  await on.driver.remove();
});

/** There is a new deployment, and the stage gets it. */
function reachesStage({ steps }: Operation): void {
  const of = (type: string) => steps.filter((step) => step.type.endsWith(`:${type}`)).map(({ op }) => op);
  expect(of("Deployment")).toContain("create-replacement");
  expect(of("Stage")).toEqual([expect.stringMatching(/^(update|create-replacement)$/)]);
}

async function deploymentOf({ session: { account }, driver }: Stage): Promise<string | undefined> {
  const [, restApiId] = /^https:\/\/(\w+)\./.exec(String((await driver.outputs())["endpoint"])) ?? [];
  const gateway = new APIGatewayClient(laneClient(account.url));
  const { item = [] } = await gateway.send(new GetStagesCommand({ restApiId }));
  return item[0]?.deploymentId;
}
