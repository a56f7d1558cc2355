import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createS3, type S3 } from "../../s3/s3.ts";
import type { StatesOptions } from "../options.ts";
import { type Handlers, Harness, machine, operator, task } from "./harness.ts";

export const bucket = "data";

/** A Distributed Map over `$` whose children call the function `work`; its fields can be overridden. */
export function distributed(fields: object = {}, executionType = "STANDARD", name = "machine") {
  const definition = {
    StartAt: "Each",
    States: { Each: distributedState({ End: true, ...fields }, executionType) },
  };
  return machine(definition, { name });
}

export function distributedState(
  fields: object = {},
  executionType = "STANDARD",
  States: object = { Work: task("work") },
) {
  return {
    Type: "Map",
    Label: "Each",
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
      StartAt: Object.keys(States)[0],
      States,
    },
    ...fields,
  };
}

export const reader = (Key: string, ReaderConfig: object = { InputType: "JSON" }) => ({
  ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig, Parameters: { Bucket: bucket, Key } },
});

export const writer = (Prefix = "runs") => ({
  ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: bucket, Prefix } },
});

/** Starts a service together with a bucket. */
export interface WithBucket {
  readonly harness: Harness;
  readonly s3: S3;
  put(key: string, content: string): Promise<void>;
  get(key: string): Promise<string>;
  stop(): Promise<void>;
}

export async function withBucket(
  stateMachines: ConstructorParameters<typeof Harness>[0],
  handlers: Handlers,
  { authorizer = { authorize() {} }, dataDir, clock: _, ...rest }: Partial<StatesOptions> = {},
): Promise<WithBucket> {
  const folder = dataDir ?? mkdtempSync(path.join(tmpdir(), "states-"));
  const s3 = await createS3({
    buckets: [{ name: bucket, arn: `arn:aws:s3:::${bucket}`, cors: [], expirations: [] }],
    objects: [],
    dataDir: path.join(folder, "s3"),
    authorizer,
    keys: { keyOf: () => ({ caller: operator, secretAccessKey: "" }) },
    region: "us-east-1",
    accountId: "000000000000",
  });
  const harness = new Harness(stateMachines, handlers, { ...rest, dataDir: folder, authorizer, s3: s3.service });
  const request = async (key: string, init: object) => {
    const response = await s3.service(new Request(`http://localhost/${bucket}/${key}`, init), operator);
    if (!response.ok) throw new Error(await response.text());
    return response.text();
  };
  return {
    harness,
    s3,
    put: async (key, body) => void (await request(key, { method: "PUT", body })),
    get: (key) => request(key, {}),
    async stop() {
      s3.close();
      await harness.stop();
    },
  };
}
