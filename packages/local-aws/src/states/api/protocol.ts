import { AwsError, type Caller, type Service } from "../../service.ts";

const prefix = "AWSStepFunctions.";
const contentType = "application/x-amz-json-1.0";

/** Input of an operation: a JSON object whose fields the operation reads through `Fields`. */
export type Operation = (fields: Fields, caller: Caller) => unknown;

/** Handles AWS JSON 1.0: `POST /` with the operation's name in `X-Amz-Target`. */
export function jsonService(operations: Readonly<Record<string, Operation>>): Service {
  return async (request, caller) => {
    try {
      const target = request.headers.get("x-amz-target") ?? "";
      const name = target.startsWith(prefix) ? target.slice(prefix.length) : "";
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (request.method !== "POST" || operation === undefined) {
        throw new AwsError("UnknownOperationException", `The operation "${target}" is not known.`);
      }
      return answer(200, await operation(new Fields(await body(request)), caller));
    } catch (error) {
      const { name, message, status } =
        error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500, { cause: error });
      return answer(status, { __type: name, message }, { "x-amzn-errortype": name });
    }
  };
}

async function body(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  let value: unknown;
  try {
    value = JSON.parse(text === "" ? "{}" : text);
  } catch (error) {
    throw new AwsError("SerializationException", `The request body is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AwsError("SerializationException", "The request body is not a JSON object.");
}

function answer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": contentType, "x-amzn-requestid": crypto.randomUUID(), ...headers },
  });
}

/** Reads the fields of a request and checks each against AWS's constraints. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  optionalText(name: string, mostCharacters = Infinity): string | undefined {
    const value = this.#values[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "string") return this.#refuse(name, value, "Member must be a string");
    if (value.length > mostCharacters) {
      return this.#refuse(name, value, `Member must have length less than or equal to ${mostCharacters}`);
    }
    return value;
  }

  text(name: string, mostCharacters = Infinity): string {
    return this.optionalText(name, mostCharacters) ?? this.#refuse(name, null, "Member must not be null");
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#values[name] ?? fallback;
    return typeof value === "boolean" ? value : this.#refuse(name, value, "Member must be a boolean");
  }

  /** Reads a structure as nested fields; returns undefined if the request does not have it. */
  optionalObject(name: string): Fields | undefined {
    const value = this.#values[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === "object" && !Array.isArray(value)) return new Fields(value as Record<string, unknown>);
    return this.#refuse(name, value, "Member must be a structure");
  }

  /** Reads a list of structures; returns an empty list if the request does not have it. */
  objects(name: string): readonly Fields[] {
    return this.#list(name).map((item, index) => {
      if (typeof item === "object" && item !== null) return new Fields(item as Record<string, unknown>);
      return this.#refuse(`${name}.${index + 1}.member`, item, "Member must be a structure");
    });
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((item, index) =>
      typeof item === "string" ? item : this.#refuse(`${name}.${index + 1}.member`, item, "Member must be a string"),
    );
  }

  has(name: string): boolean {
    return (this.#values[name] ?? undefined) !== undefined;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#values[name] ?? [];
    return Array.isArray(value) ? value : this.#refuse(name, value, "Member must be a list");
  }

  /** Reads a number from 0 to `most`; returns undefined if the request does not have it. */
  number(name: string, most = Number.MAX_SAFE_INTEGER, whole = true): number | undefined {
    const value = this.#values[name] ?? undefined;
    if (value === undefined) return undefined;
    const fits = typeof value === "number" && value >= 0 && value <= most && (!whole || Number.isInteger(value));
    return fits ? value : this.#refuse(name, value, `Member must be a number from 0 to ${most}`);
  }

  /** Reads `maxResults`: at most 1,000; if it is 0 or absent, 100. */
  pageSize(): number {
    const value = this.#values["maxResults"] ?? 0;
    if (typeof value !== "number" || !Number.isInteger(value)) {
      return this.#refuse("maxResults", value, "Member must be an integer");
    }
    if (value > 1_000) return this.#refuse("maxResults", value, "Member must have value less than or equal to 1000");
    if (value < 0) return this.#refuse("maxResults", value, "Member must have value greater than or equal to 0");
    return value || 100;
  }

  /** Reads the `nextToken` of a listing. The maximum length that AWS accepts depends on the operation. */
  pageToken(mostCharacters = 1_024): string | undefined {
    return this.optionalText("nextToken", mostCharacters);
  }

  oneOf<Value extends string>(name: string, allowed: readonly Value[]): Value | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const known = allowed.find((candidate) => candidate === value);
    return known ?? this.#refuse(name, value, `Member must satisfy enum value set: [${allowed.join(", ")}]`);
  }

  #refuse(name: string, value: unknown, constraint: string): never {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value ${value === null ? "null" : `'${String(value)}'`} at '${name}' failed to satisfy constraint: ${constraint}`,
    );
  }
}
