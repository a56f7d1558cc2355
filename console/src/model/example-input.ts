import { sampleKey } from "../../../contract/workflow.ts";
import { notJson } from "./words.ts";

/** An example input for the workflow with this title. */
export function exampleInput(title: string, bucket: string | undefined): string {
  const photo = bucket === undefined ? "https://example.com/photo.jpg" : `s3://${bucket}/${sampleKey}`;
  const examples: Readonly<Record<string, unknown>> = {
    workflow: { images: [photo], topK: 5 },
    "single-task": { message: "hello" },
    "branch-map-reduce": { numbers: [1, 2, 3, 4] },
    "three-images": { branch1: { url: photo }, branch2: { url: photo }, branch3: { url: photo } },
  };
  return JSON.stringify(examples[title] ?? {}, null, 2);
}

/** Explains in one sentence why a text is not a valid input; undefined if it is valid. */
export function inputProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return notJson("The input", error);
  }
}
