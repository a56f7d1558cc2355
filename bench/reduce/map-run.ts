import { imageErrorCodes } from "../../contract/errors.ts";
import { prefixes } from "../../contract/workflow.ts";
import { type PlantedImages, plantedCode } from "../planted/planted.ts";

const batchSize = 8;
/** Child executions per file of results. */
const childrenPerFile = 40_000;
const predictions = Array.from({ length: 5 }, (_, at) => ({
  label: "black-and-tan coonhound",
  probability: 0.12345678 / (at + 1),
}));

export const bucket = "bench";
export const manifestKey = `${prefixes.mapRuns}bench/manifest.json`;

export const planted: PlantedImages = {
  imageOf: (index) => `https://images.example.com/photos/${index}.jpg`,
  codeOf: (index) => plantedCode(index, imageErrorCodes),
};

/** The objects that a ResultWriter writes for a Map Run with a result for each image; the children are in no order. */
export function* mapRunObjects(images: number): Generator<{ key: string; pieces: Iterable<Buffer> }> {
  const batches = Math.ceil(images / batchSize);
  const keys: { readonly Key: string }[] = [];
  for (let first = 0; first < batches; first += childrenPerFile) {
    const key = `${prefixes.mapRuns}bench/SUCCEEDED_${keys.length}.json`;
    keys.push({ Key: key });
    yield { key, pieces: listOfChildren(first, Math.min(first + childrenPerFile, batches), batches, images) };
  }
  yield { key: manifestKey, pieces: [Buffer.from(JSON.stringify({ ResultFiles: { SUCCEEDED: keys } }))] };
}

function* listOfChildren(first: number, end: number, batches: number, images: number): Generator<Buffer> {
  // Multiples of a prime that is larger than the number of batches visit each batch once.
  const stride = 1_299_709;
  for (let at = first; at < end; at += 1) {
    const child = childOf((at * stride) % batches, images);
    yield Buffer.from(`${at === first ? "[" : ","}${JSON.stringify(child)}`);
  }
  yield Buffer.from("]");
}

/** A child execution as Step Functions writes it, with the fields that `reduce` does not read. */
function childOf(batch: number, images: number): object {
  const first = batch * batchSize;
  const indexes = Array.from({ length: Math.min(batchSize, images - first) }, (_, at) => first + at);
  const items = indexes.map((index) => ({ index, image: planted.imageOf(index), duplicates: [] }));
  const results = items.map((item) => {
    const code = planted.codeOf(item.index);
    if (code) return { ...item, error: { code, message: "The image was planted with this error." } };
    return { ...item, width: 1_387, height: 1_387, predictions };
  });
  const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:deep-learning-workflow";
  const name = `00000000-0000-4000-8000-${String(batch).padStart(12, "0")}`;
  return {
    ExecutionArn: `${machine.replace(":stateMachine:", ":execution:")}/batches:${name}`,
    Input: JSON.stringify({ BatchInput: { executionId: "bench", topK: 5 }, Items: items }),
    InputDetails: { Included: true },
    Name: name,
    Output: JSON.stringify({ results }),
    OutputDetails: { Included: true },
    RedriveCount: 0,
    StartDate: "2026-11-26T12:00:00.000Z",
    StateMachineArn: machine,
    Status: "SUCCEEDED",
    StopDate: "2026-11-26T12:00:01.000Z",
  };
}
