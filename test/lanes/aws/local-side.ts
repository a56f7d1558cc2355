import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { AwsError, type Invoker } from "#local-aws";
import { createStates } from "../../../packages/local-aws/src/states/index.ts";
import { serveStates } from "../../../packages/local-aws/src/states/test-support/server.ts";
import { account, region } from "./definitions.ts";
import { player } from "./script.ts";
import type { Side, Story } from "./side.ts";

/** The one-machine runtime's Step Functions behind AWS's client. Its functions follow the same scripts as moto's. */
export async function localSide(): Promise<Side> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-states-"));
  let play = player(() => ({ result: null }));
  const invoker: Invoker = {
    async invoke({ functionArn, payload }) {
      const answer = play(functionArn.split(":")[6] ?? "", JSON.parse(payload));
      const invocation = { requestId: "lane", executedVersion: "1" };
      if ("refusal" in answer) throw new AwsError(answer.refusal.code, answer.refusal.message, answer.refusal.status);
      if ("result" in answer) return { ...invocation, payload: JSON.stringify(answer.result) };
      return { ...invocation, payload: JSON.stringify(answer.error), functionError: "Unhandled" };
    },
  };
  const states = createStates({
    stateMachines: [],
    accountId: account,
    region,
    dataDir: folder,
    invoker,
    authorizer: { authorize: () => undefined },
    s3: async () => new Response(null, { status: 501 }),
    credentialsFor: (roleArn) => ({ accessKeyId: "lane", arn: roleArn, roleArn }),
    logs: { write: () => undefined },
  });
  const server = await serveStates(states.service);
  return {
    name: "ours",
    client: server.client,
    async start({ name, definition, input, script }: Story) {
      play = player(script);
      const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
      const roleArn = `arn:aws:iam::${account}:role/lane`;
      states.update([{ name, arn, type: "STANDARD", definition, roleArn, tracing: false }]);
      const started = await server.client.send(
        new StartExecutionCommand({ stateMachineArn: arn, name: "lane", input: JSON.stringify(input) }),
      );
      return started.executionArn ?? "";
    },
    async stop() {
      await server.close();
      await states.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
