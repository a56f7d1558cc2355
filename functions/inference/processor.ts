import { closeSync, openSync, readSync } from "node:fs";

/**
 * Support for integer arithmetic: with VNNI, products of bytes are summed in 32 bits; without it, oneDNN sums pairs
 * in 16 bits. `other` is any other processor, including arm64.
 */
export const processorClasses = ["avx512-vnni", "avx2-vnni", "avx512", "avx2", "other"] as const;
export type ProcessorClass = (typeof processorClasses)[number];

/** The flags in /proc/cpuinfo that each class requires. */
const flagsOf: readonly (readonly [ProcessorClass, readonly string[]])[] = [
  ["avx512-vnni", ["avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni"]],
  ["avx2-vnni", ["avx2", "avx_vnni"]],
  ["avx512", ["avx512f", "avx512bw", "avx512vl", "avx512dq"]],
  ["avx2", ["avx2"]],
];

/** Values of oneDNN's ONEDNN_MAX_CPU_ISA that make a processor act as a lower class. */
const limits: Readonly<Record<string, readonly ProcessorClass[]>> = {
  SSE41: ["other"],
  AVX: ["other"],
  AVX2: ["avx2"],
  AVX2_VNNI: ["avx2-vnni", "avx2"],
  AVX2_VNNI_2: ["avx2-vnni", "avx2"],
  AVX512_CORE: ["avx512", "avx2"],
};

/** The class of this machine, or the lower class to which the environment limits oneDNN. */
export function processorClass(environment: NodeJS.ProcessEnv = process.env, flags = readFlags()): ProcessorClass {
  const has = new Set(flags.split(/\s+/));
  const own = flagsOf.filter(([, needed]) => needed.every((flag) => has.has(flag))).map(([name]) => name);
  const allowed = limits[environment["ONEDNN_MAX_CPU_ISA"]?.toUpperCase() ?? ""];
  return own.find((name) => allowed?.includes(name) ?? true) ?? "other";
}

/** The flags of this machine's processor that decide how fast it infers: vector and matrix instructions. */
export function vectorFlags(flags = readFlags()): readonly string[] {
  return flags.split(/\s+/).filter((flag) => /^(avx|amx|fma$)/.test(flag));
}

/** Every class except `other`, with the limit that makes this machine act as it, if it can. */
export function runnableClasses(
  flags = readFlags(),
): readonly { readonly name: ProcessorClass; readonly limit: string | undefined }[] {
  const limitOf: Partial<Record<ProcessorClass, string>> = {
    "avx512-vnni": "AVX512_CORE_VNNI",
    "avx2-vnni": "AVX2_VNNI",
    avx512: "AVX512_CORE",
    avx2: "AVX2",
  };
  return processorClasses.flatMap((name) => {
    const limit = limitOf[name];
    if (limit === undefined) return [];
    return [{ name, limit: processorClass({ ONEDNN_MAX_CPU_ISA: limit }, flags) === name ? limit : undefined }];
  });
}

/** The flags of the first processor. Only the first pages are read, because the file is long on a large machine. */
function readFlags(): string {
  try {
    const file = openSync("/proc/cpuinfo", "r");
    try {
      const bytes = Buffer.alloc(16_384);
      const text = bytes.toString("latin1", 0, readSync(file, bytes));
      return /^flags\s*:(.*)$/m.exec(text)?.[1] ?? "";
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
