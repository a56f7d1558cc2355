/** A value inside a JSON document, as a row of a tree. */
export interface JsonNode {
  /** JSONPath in the syntax of the Amazon States Language: `$.items[0].image`. */
  readonly path: string;
  /** The key or index in the parent; empty at the top level. */
  readonly key: string;
  readonly value: unknown;
  readonly depth: number;
}

export function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function childrenOf({ path, value, depth }: JsonNode): readonly JsonNode[] {
  if (Array.isArray(value)) {
    return value.map((each, index) => ({
      path: `${path}[${index}]`,
      key: String(index),
      value: each,
      depth: depth + 1,
    }));
  }
  if (!isContainer(value)) return [];
  return Object.entries(value).map(([key, each]) => ({
    path: pathOf(path, key),
    key,
    value: each,
    depth: depth + 1,
  }));
}

/** The path of a field of the object at a path. */
export function pathOf(path: string, key: string): string {
  return `${path}${/^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`;
}

export function rootOf(value: unknown): JsonNode {
  return { path: "$", key: "", value, depth: 0 };
}

/** The value of a leaf as text, or the size of an object or list. */
export function leafText(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.length.toLocaleString()} ]`;
  if (isContainer(value)) return `{ ${Object.keys(value).length.toLocaleString()} }`;
  return JSON.stringify(value) ?? "undefined";
}

/** Paths of the nodes whose key or leaf contains a text, ignoring case; at most `most` paths. */
export function search(value: unknown, text: string, most = 200): readonly string[] {
  const wanted = text.toLowerCase();
  const found: string[] = [];
  const stack: JsonNode[] = [rootOf(value)];
  for (let node = stack.pop(); node !== undefined && found.length < most; node = stack.pop()) {
    const leaf = isContainer(node.value) ? "" : leafText(node.value);
    if (node.depth > 0 && (node.key.toLowerCase().includes(wanted) || leaf.toLowerCase().includes(wanted))) {
      found.push(node.path);
    }
    stack.push(...childrenOf(node).toReversed());
  }
  return found;
}
