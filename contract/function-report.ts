/** What Lambda measured of one call: its REPORT line. */
export interface FunctionReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** What is billed: the duration, rounded up, and the start of the sandbox. */
  readonly billedMs: number;
  readonly sizeMb: number;
  readonly usedMb: number;
  /** Time of the start of the sandbox, of its first call. */
  readonly initMs?: number;
}

const pattern =
  /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB(?:\s+Init Duration: ([\d.]+) ms)?/;

/** Reads a REPORT line of a function's log; undefined for any other line. */
export function readReport(line: string): FunctionReport | undefined {
  const [matched, requestId = "", duration, billed, size, used, init] = pattern.exec(line) ?? [];
  if (matched === undefined) return undefined;
  return {
    requestId,
    durationMs: Number(duration),
    billedMs: Number(billed),
    sizeMb: Number(size),
    usedMb: Number(used),
    ...(init === undefined ? {} : { initMs: Number(init) }),
  };
}
