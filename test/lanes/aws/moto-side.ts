import http from "node:http";
import type { AddressInfo } from "node:net";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { startMoto } from "../support/moto.ts";
import { account, region } from "./definitions.ts";
import { player } from "./script.ts";
import type { Side } from "./side.ts";

/**
 * moto runs the state machines, and this lane scripts the functions that they invoke. moto reaches Lambda over HTTP at
 * the port in MOTO_PORT, where a small Lambda API returns results from the script.
 */
export async function motoSide(): Promise<Side> {
  let play = player(() => ({ result: null }));
  const lambda = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const name = /\/functions\/([^/]+)\/invocations/.exec(decodeURIComponent(request.url ?? ""))?.[1] ?? "";
      const payload: unknown = JSON.parse(Buffer.concat(chunks).toString() || "null");
      const answer = play(nameOf(name), payload);
      if ("refusal" in answer) {
        response.writeHead(answer.refusal.status, {
          "x-amzn-ErrorType": answer.refusal.code,
          "x-amzn-RequestId": "lane",
        });
        response.end(JSON.stringify({ Type: "User", message: answer.refusal.message }));
      } else if ("error" in answer) {
        response.writeHead(200, { "x-amz-function-error": "Unhandled", "x-amz-executed-version": "1" });
        response.end(JSON.stringify(answer.error));
      } else {
        response.writeHead(200, { "x-amz-executed-version": "1" });
        response.end(JSON.stringify(answer.result));
      }
    });
  });
  // moto may resolve "localhost" to an IPv4 or an IPv6 address.
  await new Promise<void>((resolve) => lambda.listen(0, "localhost", resolve));
  const { port } = lambda.address() as AddressInfo;
  const moto = await startMoto(
    { stepfunctions: { execute_state_machine: true }, lambda: { use_docker: false } },
    { MOTO_PORT: String(port) },
  );
  const client = new SFNClient({
    region,
    endpoint: moto.url,
    credentials: { accessKeyId: "lane", secretAccessKey: "lane" },
  });
  return {
    name: "moto",
    client,
    async start({ name, definition, input, script }) {
      play = player(script);
      const { stateMachineArn } = await client.send(
        new CreateStateMachineCommand({ name, definition, roleArn: `arn:aws:iam::${account}:role/lane` }),
      );
      const started = await client.send(
        new StartExecutionCommand({ stateMachineArn, name: "lane", input: JSON.stringify(input) }),
      );
      return started.executionArn ?? "";
    },
    async stop() {
      client.destroy();
      await moto.stop();
      lambda.closeAllConnections();
      await new Promise((resolve) => lambda.close(resolve));
    },
  };
}

/** The function's name in an ARN, a qualified name or a plain name. */
function nameOf(reference: string): string {
  const parts = reference.split(":");
  return parts.length >= 7 ? (parts[6] ?? "") : (parts[0] ?? "");
}
