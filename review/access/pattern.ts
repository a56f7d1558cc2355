/**
 * Compares IAM patterns, in which "*" matches any text and "?" any one character. Returns true if `outer` matches every
 * text that `inner` matches. True is always correct; false is correct if some character occurs in neither pattern.
 */
export function includes(outer: string, inner: string): boolean {
  const known = new Map<number, boolean>();
  const width = inner.length + 1;

  function from(o: number, i: number): boolean {
    const key = o * width + i;
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = decide(o, i);
    known.set(key, result);
    return result;
  }

  function decide(o: number, i: number): boolean {
    if (o === outer.length) return i === inner.length;
    if (outer[o] === "*") return from(o + 1, i) || (i < inner.length && from(o, i + 1));
    if (i === inner.length) return false;
    // A wildcard in the inner pattern may match any text, so only a wildcard in the outer pattern covers it.
    if (inner[i] === "*") return false;
    return (outer[o] === "?" || outer[o] === inner[i]) && from(o + 1, i + 1);
  }

  return from(0, 0);
}

/** A text that the pattern matches and that probably no other pattern names. */
export function exampleOf(pattern: string, fresh = "q7x"): string {
  return pattern.replaceAll("*", fresh).replaceAll("?", "q");
}
