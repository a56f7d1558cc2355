import { beforeAll, expect, it, vi } from "vitest";
import { buildModel } from "../../model/build.ts";
import { openClassifier } from "./classifier.ts";
import { type Candidate, type EngineLoader, EngineUnavailable } from "./engine.ts";
import { absent, floats, goldenLoader, inexact, integers, wrong } from "./test-support/engines.ts";

// A probe whose verdict comes while the model is loaded, or after that.
let directory: string;
beforeAll(async () => {
  ({ directory } = await buildModel({ progress: () => {} }));
}, 300_000);
const native: EngineLoader = () => goldenLoader(directory);

it("is float32 if a probe that ran while the model was loaded fails, whatever the labels were", async () => {
  for (const labels of [native, wrong]) {
    const late = async () => ({ verdict: inexact() });
    const classifier = await openClassifier({
      directory,
      engine: "native",
      candidates: [integers(labels, late), ...floats({ native, webassembly: absent })],
    });
    classifier.close();
    expect([classifier.precision, classifier.reasons]).toEqual(["float32", ["inexact"]]);
  }
});

it("closes the engine exactly once if its probe fails late, and names the phases in order", async () => {
  const close = vi.fn();
  const closing: EngineLoader = async (folder, phases) => {
    phases.end("graph");
    return { ...(await native(folder, phases)), close };
  };
  const late = (verdict: () => Promise<void>) => integers(closing, async () => ({ verdict: verdict() }));
  const only = (candidate: Candidate) => openClassifier({ directory, engine: "native", candidates: [candidate] });
  await expect(only(late(inexact))).rejects.toMatchObject({ reason: "inexact" });
  expect(close).toHaveBeenCalledTimes(1);
  const { phases } = await only(late(async () => {}));
  expect(Object.keys(phases)).toEqual(["probe", "graph", "self-check", "verdict"]);
});

it("is float32 if the graph does not load because there are no integer kernels", async () => {
  const none = new EngineUnavailable("no integer kernels", "There are none.");
  const late = async () => ({ verdict: Promise.reject(none) });
  const failing: EngineLoader = async () => {
    throw new Error("Op type not registered");
  };
  const classifier = await openClassifier({
    directory,
    engine: "native",
    candidates: [integers(failing, late), ...floats({ native, webassembly: absent })],
  });
  classifier.close();
  expect([classifier.precision, classifier.reasons]).toEqual(["float32", ["no integer kernels"]]);
});

it("fetches no form of an engine whose probe shows that it does not load", async () => {
  const parts: string[] = [];
  const broken = new EngineUnavailable("cannot load", "It is damaged.");
  const late = async () => ({ verdict: Promise.reject(broken) });
  const classifier = await openClassifier({
    engine: "auto",
    directory: async (part) => {
      parts.push(part);
      return directory;
    },
    candidates: [integers(native, late), ...floats({ native, webassembly: native })],
  });
  classifier.close();
  expect([parts, classifier.reasons]).toEqual([["common", "float32"], ["cannot load"]]);
});

it("names the engine's own problem if it cannot be loaded, although the probe fails too", async () => {
  const late = async () => ({ verdict: inexact() });
  const opening = openClassifier({ directory, engine: "native", candidates: [integers(absent, late)] });
  await expect(opening).rejects.toMatchObject({ reason: "absent" });
});
