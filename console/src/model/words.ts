/** Milliseconds of an hour. */
export const hourMs = 3_600_000;

/** A duration in readable form: `84 ms`, `1.26 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return join(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** A duration without trailing zeros: `500 ms`, `1.5 s`. */
export function roundDurationText(milliseconds: number): string {
  return durationText(milliseconds).replace(/(\.\d*?)0+ s$/, (_match, kept: string) => `${kept === "." ? "" : kept} s`);
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Roughly how long ago a time was. */
export function agoText(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return new Date(at).toLocaleDateString();
}

/** A probability from 0 to 1 as a percentage. It shows 0 or 100 only if the probability is exactly 0 or 1. */
export function percentText(probability: number): string {
  const percent = probability * 100;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  if (percent > 99.9 && percent < 100) return ">99.9 %";
  return `${percent.toFixed(1)} %`;
}

/** Data in readable form: indented if it is JSON, unchanged if it is not. */
export function jsonText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The last part of a reference, which users recognise as the name of the picture. */
export function shortReference(image: string): string {
  const [path = ""] = image.split(/[?#]/);
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return name === "" ? image : name;
}

/** Says that a text is not JSON, and what the parser found: `The input is not JSON: Unexpected end of JSON input.` */
export function notJson(what: string, error: unknown): string {
  return `${what} is not JSON: ${(error as Error).message}.`;
}

/** Parses a JSON text; undefined if the value is not a string or not JSON. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
