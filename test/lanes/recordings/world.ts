import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createS3 } from "../../../packages/local-aws/src/s3/s3.ts";
import type { Caller } from "../../../packages/local-aws/src/service.ts";
import { createStates } from "../../../packages/local-aws/src/states/index.ts";
import { JsonataEvaluator } from "../../../packages/local-aws/src/states/jsonata/evaluator.ts";
import { VirtualClock } from "../../../packages/local-aws/src/states/test-support/virtual-clock.ts";
import type { Case, JsonObject } from "./case.ts";
import { functionsOf } from "./functions.ts";

/** The account and region that the recordings use. */
const accountId = "111111111111";
const region = "us-east-1";
/** A single thread for all cases; the lane closes it. */
export const jsonata = new JsonataEvaluator();

const operator: Caller = { accessKeyId: "operator", arn: `arn:aws:iam::${accountId}:root` };

export type Answer =
  | { readonly kind: "answer"; readonly value: JsonObject }
  | { readonly kind: "error"; readonly code: string; readonly message: string };

/** The services that one case needs, with its functions, buckets and objects. */
export interface World {
  call(operation: string, input: object): Promise<Answer>;
  /** The records that executions have logged so far. */
  readonly logged: readonly JsonObject[];
  close(): Promise<void>;
}

export async function createWorld(theCase: Case): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "recordings-"));
  const clock = new VirtualClock();
  const logged: JsonObject[] = [];
  const s3 = await createS3({
    buckets: (theCase.buckets ?? []).map((name) => ({ name, arn: `arn:aws:s3:::${name}`, cors: [], expirations: [] })),
    objects: [],
    dataDir: path.join(folder, "s3"),
    authorizer: { authorize() {} },
    keys: {
      keyOf() {
        throw new Error("Nothing is signed here.");
      },
    },
    region,
    accountId: "000000000000",
  });
  for (const { bucket, key, body } of theCase.objects ?? []) {
    const response = await s3.service(
      new Request(`http://localhost/${bucket}/${key}`, { method: "PUT", body }),
      operator,
    );
    if (!response.ok) throw new Error(`The object "${key}" could not be put: ${await response.text()}`);
  }
  const states = createStates({
    stateMachines: [],
    accountId,
    region,
    dataDir: path.join(folder, "states"),
    invoker: functionsOf(theCase.functions ?? {}, clock),
    authorizer: { authorize() {} },
    credentialsFor: (roleArn) => ({ accessKeyId: "machine", arn: roleArn, roleArn }),
    s3: s3.service,
    logs: {
      write: (_group, _stream, messages) => {
        for (const { message } of messages) logged.push(JSON.parse(message) as JsonObject);
      },
    },
    clock,
    jsonata,
  });
  return {
    logged,
    async call(operation, input) {
      const request = new Request("http://localhost/", {
        method: "POST",
        headers: { "x-amz-target": `AWSStepFunctions.${operation}`, "content-type": "application/x-amz-json-1.0" },
        body: JSON.stringify(input),
      });
      const response = await states.service(request, operator);
      const value = (await response.json()) as JsonObject;
      if (response.ok) return { kind: "answer", value };
      return { kind: "error", code: String(value["__type"]), message: String(value["message"]) };
    },
    async close() {
      await states.close();
      s3.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
