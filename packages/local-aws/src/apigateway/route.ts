import type { RestApiResource } from "../graph.ts";

export type Method = RestApiResource["methods"][number];

export interface Match {
  readonly method: Method;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Finds the method for a path with API Gateway's rules: a literal segment takes precedence over `{name}`, and `{name}`
 * over `{name+}`; then the exact verb takes precedence over ANY. Returns undefined if no resource matches the path or
 * the resource has no such verb.
 */
export function findRoute(
  methods: readonly Method[],
  httpMethod: string,
  segments: readonly string[],
): Match | undefined {
  const candidates = methods
    .map((method) => ({ method, pathParameters: match(segmentsOf(method.path), segments) }))
    .filter((candidate): candidate is Match => candidate.pathParameters !== undefined)
    .sort((a, b) => rank(b.method.path).localeCompare(rank(a.method.path)));
  const best = candidates[0]?.method.path;
  const onResource = candidates.filter(({ method }) => method.path === best);
  return (
    onResource.find(({ method }) => method.httpMethod === httpMethod) ??
    onResource.find(({ method }) => method.httpMethod === "ANY")
  );
}

export function segmentsOf(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(part);
    const segment = segments[at];
    if (segment === undefined) return undefined;
    if (!name) {
      if (part !== segment) return undefined;
    } else if (name[2] === "+") {
      found[name[1] ?? ""] = segments.slice(at).join("/");
      return found;
    } else found[name[1] ?? ""] = segment;
  }
  return pattern.length === segments.length ? found : undefined;
}

/** Returns a sort key that compares paths segment by segment; more specific paths sort higher. */
function rank(path: string): string {
  return segmentsOf(path)
    .map((part) => (part.startsWith("{") ? (part.endsWith("+}") ? "1" : "2") : "3"))
    .join("");
}
