import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { modelVersion, samplePhotoFile } from "../contract/model.ts";
import type { ClassifierDescription } from "../functions/inference/description.ts";
import { loadWebAssembly } from "../functions/inference/webassembly.ts";
import { goldenPictures, makeGolden } from "./golden.ts";
import { toSavedModel } from "./graph/graph-def.ts";
import { toGraphModel } from "./graph/graph-model.ts";
import { toIntegerGraph } from "./graph/integer-graph.ts";
import { toNativeGraph } from "./graph/native-graph.ts";
import { toProbe } from "./graph/probe-graph.ts";
import { readLabels } from "./labels.ts";
import { toIntegerNetwork } from "./tflite/integer-network.ts";
import { readNetwork } from "./tflite/layers.ts";
import { toLitert } from "./tflite/litert-network.ts";
import { withoutWeights } from "./tflite/litert-parts.ts";
import { probeWeights, toLitertProbe } from "./tflite/litert-probe.ts";
import { readTflite } from "./tflite/tflite.ts";
import { inceptionInventory, verifyGraph, verifyIntegers } from "./verify.ts";

/** The content of the source package's files from which the model is made. */
export interface ConversionSource {
  readonly graph: Uint8Array;
  readonly labels: Uint8Array;
  readonly photo: Uint8Array;
}

/**
 * Converts, verifies and writes the model's files into an empty folder.
 * @throws ModelError "ModelNotUnderstood", "ModelShapeMismatch", "GoldenMismatch"
 */
export async function convert(
  source: ConversionSource,
  directory: string,
  stage: (line: string) => void,
): Promise<void> {
  const graph = readTflite(source.graph);
  verifyGraph(graph, inceptionInventory);
  const network = readNetwork(graph);
  const labels = readLabels(Buffer.from(source.labels).toString("utf8"), network.classes);
  const { json, weights, offsets } = toGraphModel(network, modelVersion);
  const native = toNativeGraph(network, offsets);
  const integers = toIntegerNetwork(network);
  verifyIntegers(integers);
  const integerGraph = toIntegerGraph(network, integers);
  const probe = toProbe(network);
  const litert = withoutWeights(
    toLitert(network, integers),
    integerGraph.signature.mapped.map(({ op, offset, shape }) => ({ name: op, offset, shape })),
  );
  const litertProbe = withoutWeights(
    toLitertProbe(probe.cases),
    probe.cases.map((test) => ({
      name: probeWeights(test),
      shape: [...test.window, test.inputs, test.outputs],
      value: test.weight,
    })),
  );
  stage(`converted ${network.layers.length} layers, ${(weights.length / 1e6).toFixed(1)} MB of weights`);

  const description: ClassifierDescription = {
    name: modelVersion,
    inputSize: network.input.size,
    scale: 1,
    offset: 0,
    output: "logits",
  };
  const pictures = await goldenPictures(source.photo, description.inputSize);
  const write = (name: string, content: Uint8Array | object) =>
    writeFile(path.join(directory, name), content instanceof Uint8Array ? content : `${JSON.stringify(content)}\n`);
  await mkdir(path.join(directory, "int8/probe"), { recursive: true });
  await Promise.all([
    write("model.json", json as object),
    write("weights.bin", weights),
    write("saved_model.pb", toSavedModel(native.nodes)),
    write("native.json", native.signature),
    write("labels.json", labels),
    write("classifier.json", description),
    write("int8/saved_model.pb", toSavedModel(integerGraph.nodes)),
    write("int8/native.json", integerGraph.signature),
    write("int8/weights.bin", integerGraph.weights),
    write("int8/litert.bin", litert.skeleton),
    write("int8/litert.json", litert.parts),
    write("int8/probe/litert.bin", litertProbe.skeleton),
    write("int8/probe/litert.json", litertProbe.parts),
    write("int8/probe/saved_model.pb", toSavedModel(probe.nodes)),
    write("int8/probe/cases.json", probe.cases),
    write("golden.rgb", Buffer.concat(pictures)),
    write(samplePhotoFile, source.photo),
  ]);
  const engine = await loadWebAssembly({ directory, description });
  try {
    const golden = await makeGolden(engine, pictures, labels);
    await write("golden.json", golden);
    stage(`verified: the sample photo is "${golden.top[0]?.label}" (${golden.top[0]?.probability.toFixed(3)})`);
  } finally {
    engine.close();
  }
}
