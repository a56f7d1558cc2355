import { type ProcessLimits, processLimits } from "../lib/process-limits.ts";

/**
 * What is not enforced on this platform of the bounds that an image has while it is decoded, and a function has of memory; nothing
 * where all of it is. `npm start` prints it once.
 */
export function missingLimits(
  { measured, shell }: ProcessLimits = processLimits(),
  platform: string = process.platform,
): string | undefined {
  const missing = [
    ...(measured ? [] : ["the processor time and memory of an image's decoder cannot be measured from outside"]),
    ...(shell === undefined ? ["the kernel does not limit the memory of a decoder"] : []),
    ...(platform === "win32" ? ["the memory of a function is not limited"] : []),
  ];
  if (missing.length === 0) return undefined;
  return `On this platform (${platform}) ${missing.join(", and ")}. A decoder still watches itself, and is ended when it takes too long.`;
}
