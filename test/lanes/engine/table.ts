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
