import { createHash } from "node:crypto";
import { releaseIdLength } from "../contract/release.ts";
import { fillWorkflow, loadWorkflow, type WorkflowFills, type WorkflowName } from "./workflow.ts";

export interface ReleaseParts extends Omit<WorkflowFills, "release"> {
  /** URIs of the container images, by digest. */
  readonly images: readonly string[];
}

/** Names a release by its content: the definitions of its workflows and the images that their functions run. */
export function releaseId(workflows: readonly WorkflowName[], { images, ...fills }: ReleaseParts): string {
  const hash = createHash("sha256");
  for (const name of workflows) hash.update(`${fillWorkflow(loadWorkflow(name), { ...fills, release: "" })}\0`);
  for (const image of images) hash.update(`${image}\0`);
  return hash.digest("hex").slice(0, releaseIdLength);
}
