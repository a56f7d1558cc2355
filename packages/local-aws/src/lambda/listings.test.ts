import { describe, expect, it } from "vitest";
import { listAliases, listFunctions, listVersions } from "./listings.ts";
import { functionResource } from "./test-support/harness.ts";

const day = Date.UTC(2026, 6, 1);
const current = Array.from({ length: 60 }, (_, index) => functionResource(`f${index}`));
const [first = functionResource("f0")] = current;
const listed = {
  functions: current,
  versions: ["1", "2"].map((version) => ({ ...first, version })),
  modifiedAt: ({ version = "0" }: { version?: string }) => day + Number(version) * 1_000,
};
type View = { FunctionName: string; FunctionArn: string; Version: string; LastModified: string };
type Answer = { NextMarker?: string; Functions?: View[]; Versions?: View[]; Aliases?: { Name: string }[] };
const list = (query: Record<string, string> = {}): Answer => listFunctions(listed, new URLSearchParams(query));

describe("listings of functions", () => {
  it("come in pages of fifty at most", () => {
    const { Functions = [], NextMarker = "" } = list({ MaxItems: "100" });
    expect([Functions.length, list({ Marker: NextMarker }).Functions?.length]).toEqual([50, 10]);
    expect(list({ Marker: NextMarker }).NextMarker).toBeUndefined();
    expect(list({ MaxItems: "2" }).Functions?.map(({ FunctionName }) => FunctionName)).toEqual(["f0", "f1"]);
  });

  it("name the versions too where they are asked for, each with its date", () => {
    const { Functions = [] } = list({ FunctionVersion: "ALL", MaxItems: "4" });
    expect(Functions.map(({ Version, LastModified }) => [Version, LastModified])).toEqual([
      ["$LATEST", "2026-07-01T00:00:00.000+0000"],
      ["1", "2026-07-01T00:00:01.000+0000"],
      ["2", "2026-07-01T00:00:02.000+0000"],
      ["$LATEST", "2026-07-01T00:00:00.000+0000"],
    ]);
    const { Versions = [] } = listVersions(listed, first, new URLSearchParams()) as Answer;
    expect(Versions.map(({ FunctionArn }) => FunctionArn)).toEqual([first.arn, `${first.arn}:1`, `${first.arn}:2`]);
  });

  it("show the aliases of one version", () => {
    const of = (FunctionVersion: string) =>
      (listAliases(first, new URLSearchParams({ FunctionVersion })) as Answer).Aliases?.map(({ Name }) => Name);
    expect([of("1"), of("2")]).toEqual([["live"], []]);
  });

  it.each([
    [{ MaxItems: "0" }, 'MaxItems is "0"'],
    [{ Marker: "no marker" }, "Invalid Marker"],
    [{ FunctionVersion: "1" }, 'FunctionVersion "1" is not ALL'],
  ])("refuse %o", (query, sentence) => {
    expect(() => list(query as Record<string, string>)).toThrow(sentence);
  });
});
