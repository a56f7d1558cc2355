import { expect, it } from "vitest";
import type { ModelContents, Program } from "../program/program.ts";
import { plainText } from "../report/sentence.ts";
import { sidesOf } from "../resources/sides.ts";
import { modelFindings } from "./model.ts";

const model: ModelContents = {
  labels: ["cat", "dog"],
  golden: [[{ label: "cat", probability: 0.75 }]],
  precisions: ["float32", "int8"],
  version: "1",
};
const program = (contents: ModelContents): Program => ({
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  resources: [],
  outputs: {},
  configuration: {},
  unknown: [],
  calls: [],
  images: [{ name: "classify", target: "classify", files: {}, sources: {}, texts: {}, model: contents }],
});
const sentences = (after: Partial<ModelContents>): readonly string[] =>
  modelFindings(sidesOf(program(model), program({ ...model, version: "2", ...after }))).flatMap(
    ({ sentence, details = [] }) => [sentence, ...details].map(plainText),
  );

it("the same model is no finding", () => {
  expect(modelFindings(sidesOf(program(model), program(model)))).toEqual([]);
});

it.each<[string, Partial<ModelContents>, readonly RegExp[]]>([
  [
    "labels",
    { labels: ["cat", "unicorn"] },
    [/1 label removed, 1 added/, /labels: 2 → 2/, /removed: "dog"/, /added: "unicorn"/],
  ],
  ["their order", { labels: ["dog", "cat"] }, [/the same labels have other indices/]],
  [
    "golden predictions",
    { golden: [[{ label: "dog", probability: 0.5 }]] },
    [/other golden predictions/, /golden picture 1: "?cat"? "?0\.750"? → "?dog"? "?0\.500"?/],
  ],
  ["its forms", { precisions: ["float32"] }, [/forms.*float32.*int8.*→.*float32/]],
  ["its weights only", {}, [/the same labels and golden predictions, other files/]],
])("a model that differs in %s is described", (_what, after, expected) => {
  const said = sentences(after).join("\n");
  for (const pattern of expected) expect(said).toMatch(pattern);
});
