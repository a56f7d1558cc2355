/** A line of `--json`. */
export interface JsonRow {
  readonly image: string;
  readonly predictions?: readonly unknown[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly executionId?: string;
}

/** The rows that `--json` has printed, in the order of the input. */
export function rowsOf(out: string): readonly JsonRow[] {
  const lines = out.split("\n").filter((line) => line !== "");
  const rows = lines.map((line) => JSON.parse(line) as JsonRow & { readonly index: number });
  return rows.sort((a, b) => a.index - b.index).map(({ index: _, ...row }) => row);
}
