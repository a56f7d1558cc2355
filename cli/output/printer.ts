import type { Row } from "../outcomes.ts";

/** Prints rows as they come, in one of the formats; none of them holds all rows. */
export interface Printer {
  /** Whether rows may be printed before those that come earlier in the input. */
  readonly inAnyOrder: boolean;
  print(row: Row, index: number): Promise<void>;
  /** Call it once after the last row. */
  end(): Promise<void>;
}
