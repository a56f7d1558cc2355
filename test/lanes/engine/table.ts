import Table from "cli-table3";
import type { JournalLine } from "./session.ts";

/** A table of the resource types: which component verified the inputs of each, and which operations were performed. */
export function verifierTable(journal: readonly JournalLine[]): string {
  const types = [...new Set(journal.map(({ type }) => type))].sort();
  const plain = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const table = new Table({
    chars: plain,
    head: ["type", "resources", "create", "update", "read", "delete", "verified by"],
    style: { head: [], border: [] },
  });
  for (const type of types) {
    const lines = journal.filter((line) => line.type === type);
    const count = (operation: string) => lines.filter((line) => line.operation === operation).length;
    const resources = new Set(lines.map(({ urn }) => urn)).size;
    const { verifier = "" } = lines[0] ?? {};
    table.push([type, resources, count("create"), count("update"), count("read"), count("delete"), verifier]);
  }
  return table.toString();
}

/** The calls that change something, in one line: `create Image 2, update Function`. Reads are only counted. */
export function callsIn(journal: readonly JournalLine[]): string {
  const counts = new Map<string, number>();
  for (const { operation, type } of journal) {
    const call = operation === "read" ? "read" : `${operation} ${type.split(":").at(-1)}`;
    counts.set(call, (counts.get(call) ?? 0) + 1);
  }
  const calls = [...counts].map(([call, count]) => (count === 1 ? call : `${call} ${count}`));
  return `provider calls: ${calls.length === 0 ? "none" : calls.toSorted().join(", ")}`;
}
