import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { functionResource, open, operator, stopAll } from "./test-support/harness.ts";
import { inUseSuffix, PublishedVersions } from "./versions.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "versions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(stopAll);

const handlers = { say: "export const handler = async () => process.env.WORD;" };
const word = (WORD: string, version: string) => ({ environment: { WORD }, version, aliases: [] });

describe("published versions", () => {
  it("go on running what they were published with, in this process and after a restart", async () => {
    const dataDir = mkdtempSync(path.join(folder, "data-"));
    const { lambda, folder: images } = open({ handlers, functions: { say: word("one", "11") }, dataDir });
    const { arn } = functionResource("say");
    const say = async (qualifier: string, from = lambda) => {
      const answer = await from.invoker.invoke({ functionArn: `${arn}:${qualifier}`, payload: "{}", caller: operator });
      return [answer.executedVersion, JSON.parse(answer.payload)];
    };
    expect(await say("11")).toEqual(["11", "one"]);
    const graph = {
      functions: [functionResource("say", word("two", "22"))],
      images: [{ uri: "image@sha256:1", context: path.join(images, "image"), target: "light" }],
    };
    lambda.update(graph);
    expect(await say("22")).toEqual(["22", "two"]);
    expect(await say("11")).toEqual(["11", "one"]);
    expect(await say("$LATEST")).toEqual(["$LATEST", "two"]);
    const again = open({ handlers, functions: { say: word("two", "22") }, images: graph.images, dataDir });
    expect(await say("11", again.lambda)).toEqual(["11", "one"]);
    await expect(say("33")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("keep the day they were published, also when they are published again", () => {
    const dataDir = path.join(folder, "dated");
    const each = (version: string) => ({ definition: { ...functionResource("say"), version }, taskRoot: folder });
    new PublishedVersions(dataDir).publish([each("1")], 1_000);
    const again = new PublishedVersions(dataDir);
    again.publish([each("1"), each("2")], 2_000);
    expect(again.all.map(({ publishedAt }) => publishedAt)).toEqual([1_000, 2_000]);
  });

  it("are kept fifty per function, and mark the build contexts that they run from", () => {
    const contexts = Array.from({ length: 52 }, (_, index) => {
      const taskRoot = path.join(folder, `context-${index}`);
      mkdirSync(taskRoot);
      return taskRoot;
    });
    const versions = new PublishedVersions(path.join(folder, "kept"));
    for (const [index, taskRoot] of contexts.entries()) {
      const definition = { ...functionResource("say"), version: String(index + 1) };
      versions.publish([
        { definition, taskRoot },
        { definition: { ...functionResource("other"), version: "1" }, taskRoot: contexts[0] ?? "" },
      ]);
    }
    const numbers = (name: string) =>
      versions.all.filter(({ definition }) => definition.name === name).map(({ definition }) => definition.version);
    expect(numbers("say")).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 3)));
    expect(numbers("other")).toEqual(["1"]);
    const marked = contexts.map((taskRoot) => existsSync(`${taskRoot}${inUseSuffix}`));
    expect(marked).toEqual([true, false, ...Array(50).fill(true)]);
    expect(new PublishedVersions(path.join(folder, "kept")).all).toEqual(versions.all);
  });

  it("start with nothing, and leave a context alone that is gone", () => {
    const versions = new PublishedVersions();
    expect(versions.all).toEqual([]);
    const taskRoot = path.join(folder, "gone");
    versions.publish([{ definition: { ...functionResource("say"), version: "1" }, taskRoot }]);
    expect(existsSync(`${taskRoot}${inUseSuffix}`)).toBe(false);
  });
});
