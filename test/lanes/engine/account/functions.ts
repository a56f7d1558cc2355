import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { functionEnvironments } from "../../../../contract/environment.ts";
import type { BatchResult } from "../../../../contract/workflow.ts";
import { fetchModel } from "../../../../functions/classify/bucket-model.ts";
import { mapImages } from "../../../../functions/map/map.ts";
import { sourceObjects } from "../../../../functions/map/source/source-objects.ts";
import { reduceResults } from "../../../../functions/reduce/reduce.ts";
import { jsonObjects } from "../../../../functions/shared/objects.ts";
import { laneClient } from "./client.ts";

/** A cold start of `classify`: the version that was called, and the model that it fetched. */
export interface ColdStart {
  readonly functionArn: string;
  readonly modelPrefix: string;
}

/**
 * Runs the functions of the main workflow with the environment of the version that is called. `map`, `reduce` and the
 * fetching of the model are the product's code; only the predictions are made up, because a cold start per call with a
 * real engine would add nothing here.
 */
export class WorkflowFunctions {
  readonly coldStarts: ColdStart[] = [];
  readonly #lambda: LambdaClient;
  readonly #s3: S3Client;

  constructor(endpoint: string) {
    this.#lambda = new LambdaClient(laneClient(endpoint));
    this.#s3 = new S3Client(laneClient(endpoint));
  }

  /** Runs one call. `classify` waits for `gate` before it starts. */
  async run(functionArn: string, payload: string, gate: Promise<void>): Promise<unknown> {
    const { Environment } = await this.#lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
    const variables = Environment?.Variables ?? {};
    const event: unknown = JSON.parse(payload);
    const [, name] = /:function:dlw-\w+-(map|classify|reduce)-/.exec(functionArn) ?? [];
    const objects = jsonObjects(this.#s3);
    if (name === "map") {
      const environment = functionEnvironments.map.parse(variables);
      return mapImages(event, {
        objects,
        sources: sourceObjects(this.#s3),
        buckets: { ownBucket: environment.BUCKET_NAME, imageBuckets: environment.IMAGE_BUCKETS },
        limits: {
          batchSize: environment.BATCH_SIZE,
          concurrency: environment.INLINE_MAP_CONCURRENCY,
          inlineBytes: environment.INLINE_LIMIT_BYTES,
          maxImages: environment.MAX_IMAGES,
          storageMb: environment.REDUCE_STORAGE_MB,
          distributedConcurrency: environment.DISTRIBUTED_MAP_CONCURRENCY,
        },
      });
    }
    if (name === "reduce") {
      const environment = functionEnvironments.reduce.parse(variables);
      return reduceResults(event, {
        objects,
        bucket: environment.BUCKET_NAME,
        listBytes: environment.RESULTS_LIST_BYTES,
      });
    }
    await gate;
    return this.#classify(functionArn, functionEnvironments.classify.parse(variables), event as ClassifyEvent);
  }

  async #classify(
    functionArn: string,
    { BUCKET_NAME: bucket, MODEL: model }: ClassifyVariables,
    { Items }: ClassifyEvent,
  ): Promise<BatchResult> {
    if (model.source === "image") throw new Error("this stack's model is in its image");
    const parent = mkdtempSync(path.join(os.tmpdir(), "dlw-cold-"));
    try {
      const folder = await fetchModel({ bucket, model, part: "common", parent, withinMs: 600_000, client: this.#s3 });
      if (!existsSync(path.join(folder, "labels.json"))) throw new Error(`the model in ${folder} has no labels`);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
    this.coldStarts.push({ functionArn, modelPrefix: model.prefix });
    const predictions = [{ label: "teapot", probability: 1 }];
    return { results: Items.map((item) => ({ duplicates: [], width: 1, height: 1, ...item, predictions })) };
  }
}

type ClassifyVariables = ReturnType<typeof functionEnvironments.classify.parse>;
interface ClassifyEvent {
  readonly Items: readonly { readonly index: number; readonly image: string }[];
}
