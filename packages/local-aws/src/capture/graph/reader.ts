import type { CapturedResource, PolicyDocument } from "../../graph.ts";

/** Reads the properties of a captured resource with types. It reads from the outputs, which include the inputs. */
export class Reader {
  readonly resource: CapturedResource;
  readonly #properties: Readonly<Record<string, unknown>>;

  constructor(resource: CapturedResource) {
    this.resource = resource;
    this.#properties = { ...resource.inputs, ...resource.outputs };
  }

  get(name: string): unknown {
    return this.#properties[name];
  }

  text(name: string, fallback?: string): string {
    const value = this.#properties[name] ?? fallback;
    return typeof value === "string" ? value : this.#wrong(name, value, "a string");
  }

  number(name: string, fallback?: number): number {
    const value = this.#properties[name] ?? fallback;
    return typeof value === "number" ? value : this.#wrong(name, value, "a number");
  }

  /** Reads a nested object; returns an empty object if the property is absent. */
  object(name: string): Readonly<Record<string, unknown>> {
    const value = this.#properties[name] ?? {};
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : this.#wrong(name, value, "an object");
  }

  /** Reads a list of objects; returns an empty list if the property is absent. */
  objects(name: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.#properties[name] ?? [];
    return Array.isArray(value) ? value : this.#wrong(name, value, "a list");
  }

  texts(name: string): Readonly<Record<string, string>> {
    return this.object(name) as Record<string, string>;
  }

  /** Reads an IAM document, which programs provide as JSON text or as an object. */
  policy(name: string): PolicyDocument {
    const value = this.#properties[name];
    const document: unknown = typeof value === "string" ? JSON.parse(value) : value;
    if (typeof document !== "object" || document === null) return this.#wrong(name, value, "a policy document");
    const { Version, Statement } = document as Partial<PolicyDocument>;
    return {
      Version: Version ?? "2012-10-17",
      Statement: Array.isArray(Statement) ? Statement : Statement ? [Statement] : [],
    };
  }

  #wrong(name: string, value: unknown, wanted: string): never {
    const { type, name: resource } = this.resource;
    throw new TypeError(`"${name}" of ${type} "${resource}" is ${JSON.stringify(value)}, not ${wanted}.`);
  }
}

/** All resources of a type. */
export function ofType(resources: readonly CapturedResource[], type: string): readonly Reader[] {
  return resources.filter((resource) => resource.type === type).map((resource) => new Reader(resource));
}
