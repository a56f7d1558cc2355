import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelFiles } from "../contract/model.ts";
import { openClassifier } from "../functions/inference/classifier.ts";
import { attribute } from "./graph/graph-def.ts";
import { buildOwnModel, ownModelCommand } from "./own.ts";

let work: string;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), "dlw-own-"));
});
afterAll(() => rm(work, { recursive: true, force: true }));

const description = { name: "own", inputSize: 4, scale: 1 / 255, offset: 0, output: "logits" } as const;
const kernel = Float32Array.of(3, 0, 0, 3, 1, 1);
const window = { T: attribute.float, padding: attribute.string("VALID"), data_format: attribute.string("NHWC") };
const steps = { strides: attribute.integers([1, 1, 1, 1]) };
const float = (values: Float32Array) => Buffer.from(values.buffer);
const weights = Buffer.concat([
  float(kernel),
  float(Float32Array.of(0.5, 0)),
  Buffer.from(Int32Array.of(-1, 2).buffer),
]);

/** Classifies pictures as reddish or greenish, by the means of two mixtures of the colour channels. */
const graph = {
  format: "graph-model",
  modelTopology: {
    versions: { producer: 1_882 },
    node: [
      { name: "image", op: "Placeholder", attr: { dtype: attribute.float, shape: attribute.shape([-1, 4, 4, 3]) } },
      ...["kernel", "bias", "shape"].map((name) => ({ name, op: "Const", attr: { dtype: attribute.float } })),
      {
        name: "mix",
        op: "_FusedConv2D",
        input: ["image", "kernel", "bias"],
        attr: {
          ...window,
          ...steps,
          dilations: attribute.integers([1, 1, 1, 1]),
          num_args: attribute.integer(1),
          fused_ops: attribute.strings(["BiasAdd", "Relu"]),
        },
      },
      {
        name: "mean",
        op: "AvgPool",
        input: ["mix"],
        attr: { ...window, ...steps, ksize: attribute.integers([1, 4, 4, 1]) },
      },
      { name: "flat", op: "Reshape", input: ["mean", "shape"], attr: { T: attribute.float, Tshape: attribute.int32 } },
    ],
  },
  weightsManifest: [
    {
      paths: ["group1-shard1of1.bin"],
      weights: [
        { name: "kernel", shape: [1, 1, 3, 2], dtype: "float32" },
        { name: "bias", shape: [2], dtype: "float32" },
        { name: "shape", shape: [2], dtype: "int32" },
      ],
    },
  ],
  signature: { inputs: { image: { name: "image:0" } }, outputs: { flat: { name: "flat:0" } } },
};

async function build(changed: { json?: object; bytes?: Buffer; labels?: string; description?: object } = {}) {
  const folder = await mkdtemp(path.join(work, "model-"));
  const into = path.join(folder, "made", "own");
  await mkdir(path.join(folder, "given"));
  await writeFile(path.join(folder, "given", "model.json"), JSON.stringify(changed.json ?? graph));
  await writeFile(path.join(folder, "given", "group1-shard1of1.bin"), changed.bytes ?? weights);
  await writeFile(path.join(folder, "labels.txt"), changed.labels ?? "reddish\ngreenish\n");
  await buildOwnModel({
    model: path.join(folder, "given"),
    labels: path.join(folder, "labels.txt"),
    description: { ...description, ...changed.description },
    into,
  }).catch(async (error: unknown) => {
    expect(await readdir(path.dirname(into)).catch(() => [])).toEqual([]);
    throw error;
  });
  return into;
}

describe("a team's own model", () => {
  it("becomes a folder like the default model's, which classifies", async () => {
    const folder = await build();
    expect((await readdir(folder)).sort()).toEqual([...modelFiles].sort());
    const classifier = await openClassifier({ directory: folder, engine: "auto" });
    const red = Buffer.alloc(48);
    for (let at = 0; at < 48; at += 3) red[at] = 255;
    const [predictions] = await classifier.classify(red, 1, 2);
    classifier.close();
    // softmax(3 + 0.5, 0)
    expect(predictions).toEqual([
      { label: "reddish", probability: expect.closeTo(0.9707, 3) },
      { label: "greenish", probability: expect.closeTo(0.0293, 3) },
    ]);
  });

  it.each([
    ["too few labels", { labels: "reddish\n" }, "ModelShapeMismatch", "1 labels for 2 classes"],
    ["another input size", { description: { inputSize: 5 } }, "ModelShapeMismatch", "5 by 5 pixels"],
    ["no probabilities", { description: { output: "probabilities" } }, "ModelShapeMismatch", "needs --output logits"],
    ["cut weights", { bytes: weights.subarray(4) }, "ModelShapeMismatch", "have 36 bytes; model.json describes 40"],
    ["a layers model", { json: { format: "layers-model" } }, "ModelNotUnderstood", "tensorflowjs_converter"],
    [
      "two outputs",
      { json: { ...graph, signature: { ...graph.signature, outputs: { a: { name: "mix" }, b: { name: "flat" } } } } },
      "ModelShapeMismatch",
      "has 2 outputs, not 1",
    ],
    [
      "an output that is a picture",
      { json: { ...graph, signature: { ...graph.signature, outputs: { a: { name: "mix:0" } } } } },
      "ModelShapeMismatch",
      "2 labels for 32 classes",
    ],
  ])("%s is a clear error, and nothing is written", async (_what, changed, code, message) => {
    await expect(build(changed)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("is not made into a folder that is there: the one that is there stays", async () => {
    const into = await mkdtemp(path.join(work, "taken-"));
    const options = { model: "absent", labels: "absent", description, into };
    await expect(buildOwnModel(options)).rejects.toMatchObject({
      code: "FolderExists",
      message: expect.stringContaining("exists already"),
    });
  });
});

describe("npm run model:own", () => {
  async function command(...parameters: string[]) {
    const [out, err] = [[], []] as [string[], string[]];
    const code = await ownModelCommand(parameters, { log: (text) => out.push(text), error: (text) => err.push(text) });
    return { code, out: out.join("\n"), err: err.join("\n") };
  }

  it("explains itself, and how a Keras model becomes a graph model", async () => {
    expect(await command("--help")).toMatchObject({ code: 0, out: expect.stringContaining("tensorflowjs_converter") });
  });

  it.each([
    [["--nonsense"], "--nonsense"],
    [["--model", "m"], "Missing: --labels, --input-size, --into"],
    [["stray"], '"stray"'],
    [["--model", "m", "--labels", "l", "--into", "i", "--input-size", "x"], '--input-size is "x"'],
    [["--model", "m", "--labels", "l", "--into", "i", "--input-size", "9", "--output", "x"], '--output is "x"'],
  ])("refuses %j with one sentence", async (parameters, words) => {
    const { code, err } = await command(...parameters);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    expect(err).not.toContain("\n");
  });
});
