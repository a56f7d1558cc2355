import { describe, expect, it } from "vitest";
import { processorClass, runnableClasses, vectorFlags } from "./processor.ts";

const avx2 = "fpu sse4_2 avx avx2 fma";
const avx512 = `${avx2} avx512f avx512dq avx512bw avx512vl`;
const vnni = `${avx512} avx512_vnni`;

describe("the class of a processor", () => {
  it.each([
    [vnni, "avx512-vnni"],
    [avx512, "avx512"],
    [`${avx2} avx_vnni`, "avx2-vnni"],
    [avx2, "avx2"],
    ["fpu sse4_2 avx", "other"],
    ["", "other"],
  ])("%s", (flags, expected) => expect(processorClass({}, flags)).toBe(expected));

  it.each([
    ["AVX512_CORE_VNNI", vnni, "avx512-vnni"],
    ["AVX512_CORE", vnni, "avx512"],
    ["AVX2_VNNI", `${vnni} avx_vnni`, "avx2-vnni"],
    ["AVX2", vnni, "avx2"],
    ["avx2", vnni, "avx2"],
    ["AVX512_CORE", avx2, "avx2"],
    ["SSE41", vnni, "other"],
  ])("respects ONEDNN_MAX_CPU_ISA=%s", (limit, flags, expected) =>
    expect(processorClass({ ONEDNN_MAX_CPU_ISA: limit }, flags)).toBe(expected),
  );
});

it("a machine can act as its class and each lower class, and as no other", () => {
  const names = (flags: string) => runnableClasses(flags).flatMap(({ name, limit }) => (limit ? [name] : []));
  expect([names(vnni), names(avx512), names(avx2), names("")]).toEqual([
    ["avx512-vnni", "avx512", "avx2"],
    ["avx512", "avx2"],
    ["avx2"],
    [],
  ]);
  expect(runnableClasses(avx2).map(({ name }) => name)).toEqual(["avx512-vnni", "avx2-vnni", "avx512", "avx2"]);
});

it("names the flags of vector instructions, and no others", () => {
  expect(vectorFlags(`${vnni} fma4 amx_int8 sse2`)).toEqual([
    ...["avx", "avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_vnni", "amx_int8"],
  ]);
  expect(vectorFlags("")).toEqual([]);
});
