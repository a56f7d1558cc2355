/** The log lines that Lambda itself writes before and after those of the function. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryBytes: number;
  readonly initMs?: number;
  /** Absent if the invocation succeeded. */
  readonly status?: { readonly status: "error" | "timeout"; readonly errorType?: string };
}

export const initStartLine = (): string => `INIT_START Runtime Version: node:${process.versions.node}`;
export const startLine = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}`;
export const endLine = (requestId: string): string => `END RequestId: ${requestId}`;

export function initReportLine(durationMs: number, phase: "init" | "invoke", errorType?: string): string {
  const status = errorType === undefined ? "timeout" : `error\tError Type: ${errorType}`;
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}`;
}

export function timeoutLine(requestId: string, seconds: number): string {
  return `${new Date().toISOString()} ${requestId} ${timedOut(seconds)}`;
}

export const timedOut = (seconds: number): string => `Task timed out after ${seconds.toFixed(2)} seconds`;

/** Since August 2025, Lambda bills initialisation like the invocation. */
export function reportLine({ requestId, durationMs, memorySizeMb, maxMemoryBytes, initMs, status }: Report): string {
  const used = Math.min(memorySizeMb, Math.ceil(maxMemoryBytes / 1024 / 1024));
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${used} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status.status}`]),
    ...(status?.errorType === undefined ? [] : [`Error Type: ${status.errorType}`]),
    "",
  ].join("\t");
}
