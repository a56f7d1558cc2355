/** The parts of an ASL document that its picture needs. */
export interface Scope {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}
export interface AslState {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next?: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Scope[];
  readonly ItemProcessor?: Scope;
}

export interface Box {
  readonly name: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** A Map or Parallel state, drawn around the states inside it. */
  readonly group: boolean;
}
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Taken when an exception is caught. */
  readonly caught: boolean;
}
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

const node = { width: 168, height: 36 };
const gap = { x: 24, y: 30 };
const padding = { side: 14, top: 30, bottom: 14 };

/** Places the states of a workflow: layers from the start downwards, groups around what is inside them. Pixels. */
export function layOut(scope: Scope): Layout {
  const sized = Object.entries(scope.States).map(([name, state]) => ({ name, state, ...size(state) }));
  const rank = ranks(scope);
  const rows: (typeof sized)[] = [];
  for (const one of sized) {
    const row = rank.get(one.name) ?? 0;
    rows[row] ??= [];
    rows[row].push(one);
  }
  const width = Math.max(...rows.map((row) => rowWidth(row)));
  const boxes: Box[] = [];
  const edges: Edge[] = Object.entries(scope.States).flatMap(([name, state]) => edgesOf(name, state));
  let y = 0;
  for (const row of rows) {
    let x = (width - rowWidth(row)) / 2;
    for (const { name, state, inner, width: wide, height } of row) {
      boxes.push({ name, type: state.Type, x, y, width: wide, height, group: inner.length > 0 });
      let innerX = x + padding.side;
      for (const layout of inner) {
        boxes.push(...layout.boxes.map((box) => ({ ...box, x: box.x + innerX, y: box.y + y + padding.top })));
        edges.push(...layout.edges);
        innerX += layout.width + gap.x;
      }
      x += wide + gap.x;
    }
    y += Math.max(...row.map(({ height }) => height)) + gap.y;
  }
  return { width, height: y - gap.y, boxes, edges };
}

function size(state: AslState): { inner: readonly Layout[]; width: number; height: number } {
  const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].map(layOut);
  if (inner.length === 0) return { inner, ...node };
  const content = inner.reduce((sum, { width }) => sum + width, 0) + gap.x * (inner.length - 1);
  const tallest = Math.max(...inner.map(({ height }) => height));
  return { inner, width: content + 2 * padding.side, height: tallest + padding.top + padding.bottom };
}

function edgesOf(from: string, state: AslState): readonly Edge[] {
  const plain = [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
  const caught = (state.Catch ?? []).map(({ Next }) => Next);
  const edge = (to: string, isCaught: boolean): Edge => ({ from, to, caught: isCaught });
  return [
    ...[...new Set(plain)].flatMap((to) => (to === undefined ? [] : [edge(to, false)])),
    ...[...new Set(caught)].map((to) => edge(to, true)),
  ];
}

/** Each state one row below the lowest that leads to it; an edge back to an earlier state does not count. */
function ranks({ StartAt, States }: Scope): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  const visit = (name: string, row: number, path: ReadonlySet<string>): void => {
    const state = States[name];
    if (!state || path.has(name) || (rank.get(name) ?? -1) >= row) return;
    rank.set(name, row);
    for (const { to } of edgesOf(name, state)) visit(to, row + 1, new Set([...path, name]));
  };
  visit(StartAt, 0, new Set());
  return rank;
}

function rowWidth(row: readonly { readonly width: number }[]): number {
  return row.reduce((sum, { width }) => sum + width, 0) + gap.x * (row.length - 1);
}
