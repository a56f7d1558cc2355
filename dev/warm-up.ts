import type { FunctionResource, Graph, Invoker } from "#local-aws";
import { type Batch, BatchResult, sampleKey } from "../contract/workflow.ts";

/** The result of the first classification of this run. */
export interface WarmUp {
  readonly label: string;
  readonly probability: number;
}

/** Finds the function that classifies by its image command, because the program may choose any name. */
export function classifyFunction({ functions }: Pick<Graph, "functions">): FunctionResource | undefined {
  return functions.find(({ command }) => command[0]?.startsWith("classify/"));
}

/**
 * Classifies the sample photo once with the function, so that the model is loaded for the first user, and the printed
 * engine is the actual one.
 * @throws Error if the function fails or returns an error
 */
export async function warmUp(graph: Graph, invoker: Invoker): Promise<WarmUp | undefined> {
  const target = classifyFunction(graph);
  const bucket = graph.objects.find(({ key }) => key === sampleKey)?.bucket;
  if (!target || bucket === undefined) return undefined;
  const batch: Batch = {
    BatchInput: { executionId: "warm-up", topK: 1 },
    Items: [{ index: 0, image: `s3://${bucket}/${sampleKey}`, duplicates: [] }],
  };
  const { payload, functionError } = await invoker.invoke({
    functionArn: target.arn,
    payload: JSON.stringify(batch),
    caller: { accessKeyId: "operator", arn: `arn:aws:iam::${graph.accountId}:user/operator` },
    undisturbed: true,
  });
  if (functionError) throw new Error(`"${target.name}" failed: ${payload}`);
  const [result] = BatchResult.parse(JSON.parse(payload)).results;
  if (!result || "error" in result) throw new Error(`"${target.name}" could not classify its sample: ${payload}`);
  const [best] = result.predictions;
  return { label: best?.label ?? "", probability: best?.probability ?? 0 };
}

/** Removes the reason's code, because the sentence before it explains the same. */
const codeOfReason = / \([a-zA-Z ]+\)$/;

/** The engine and why it was chosen, from the line that the function logs when it starts. */
export function engineOf(logged: string): string | undefined {
  if (!logged.includes('"engine"')) return undefined;
  try {
    const { engine, message } = JSON.parse(logged.slice(logged.indexOf("{"))) as Record<string, unknown>;
    return typeof engine === "string" && typeof message === "string"
      ? `${engine}: ${message.replace(codeOfReason, "")}`
      : undefined;
  } catch {
    return undefined;
  }
}
