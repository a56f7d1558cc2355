import { maxDetails } from "./body.ts";

/**
 * The body of `POST /classify`, whose list ends with the last wrong element that is reported, if there are so many: the
 * schema makes several objects per problem, and those of a list of numbers in a body of 6 MB would not fit the memory.
 */
export function withFewFaults(body: unknown): unknown {
  if (Array.isArray(body)) return cut(body);
  if (typeof body !== "object" || body === null || !("images" in body)) return body;
  return Array.isArray(body.images) ? { ...body, images: cut(body.images) } : body;
}

function cut(list: readonly unknown[]): readonly unknown[] {
  let faults = 0;
  for (const [at, element] of list.entries()) {
    if (typeof element === "string" && element !== "") continue;
    faults += 1;
    if (faults === maxDetails) return list.slice(0, at + 1);
  }
  return list;
}
