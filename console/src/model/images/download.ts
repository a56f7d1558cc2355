import { bestOf, codeOf, type ImageEntry } from "./entry.ts";

/** The shown images as one JSON list. Images with a result have the form that the API returns. */
export function jsonOf(entries: readonly ImageEntry[]): string {
  const list = entries.map(({ index, image, state, result }) => result ?? { index, image, state });
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** The shown images as CSV (RFC 4180): one row per image, with the most probable label. */
export function csvOf(entries: readonly ImageEntry[]): string {
  const rows = entries.map((entry) => {
    const best = bestOf(entry);
    const message = entry.result !== undefined && "error" in entry.result ? entry.result.error.message : undefined;
    const cells = [entry.index, entry.image, entry.state, best?.label, best?.probability, codeOf(entry), message];
    return cells.map(cell).join(",");
  });
  return `${["index,image,state,label,probability,code,message", ...rows].join("\r\n")}\r\n`;
}

/** A leading apostrophe keeps a spreadsheet from evaluating a text that looks like a formula. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
