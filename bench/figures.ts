/** One comparison: ours against a named peer, measured in the same run. Lower is better in every unit used here. */
export interface Figure {
  readonly name: string;
  readonly peer: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: "ms" | "MB";
  readonly ratio: number;
  /** What the ratio has to stay under, and what it aims at. */
  readonly must: number;
  readonly reach: number;
}

export interface Measurement {
  /** Milliseconds from process start to the first label. */
  readonly cold: number;
  /** Milliseconds of each further call. */
  readonly warm: readonly number[];
  readonly peakMb: number;
  readonly label: string;
  /** Milliseconds of each phase of the cold start, where the program tells them. */
  readonly phases?: Readonly<Record<string, number>> | undefined;
}

export function figure(
  [name, peer, must, reach]: readonly [name: string, peer: string, must: number, reach: number],
  ours: number,
  theirs: number,
  unit: Figure["unit"],
): Figure {
  return {
    name,
    peer,
    ours: round(ours),
    theirs: round(theirs),
    unit,
    ratio: Number((ours / theirs).toFixed(3)),
    must,
    reach,
  };
}

const round = (value: number): number => Number(value.toFixed(1));
