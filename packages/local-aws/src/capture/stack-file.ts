import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { parse } from "yaml";
import { z } from "zod";

const keysAndValues = "must consist of keys and values";
const naming = "must be the project's name";
const Project = z.object(
  { name: z.string(naming).min(1, naming), main: z.string("must be the program's file").default("index.ts") },
  keysAndValues,
);
/** An empty file, or `config:` with nothing below it, means that there are no settings. */
const StackFile = z
  .looseObject({ config: z.record(z.string(), z.unknown(), keysAndValues).nullish() }, keysAndValues)
  .nullable();
/** The top-level keys that a stack file may have. Pulumi silently ignores any other key. */
const topKeys = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** A stack file or project file that Pulumi would reject too. */
export class StackFileError extends Error {
  override readonly name = "StackFileError";
}

export interface StackConfiguration {
  readonly project: string;
  /** Absolute path of the program's entry file. */
  readonly program: string;
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the engine would, and applies the overrides. Encrypted values are
 * not decrypted, because that needs the stack's passphrase: they are replaced by generated values when the program is
 * served, and by hashes of the ciphertext when programs are compared. `imageUri` is omitted when the program is served.
 */
export function readStack(
  root: string,
  stack: string,
  overrides: Readonly<Record<string, string | null>>,
  purpose: "serve" | "compare" = "serve",
): StackConfiguration {
  const { name: project, main } = read(path.join(root, "Pulumi.yaml"), Project);
  const file = read(path.join(root, `Pulumi.${stack}.yaml`), StackFile) ?? {};
  const given = file.config ?? {};
  const values: Record<string, string> = {};
  const secretKeys: string[] = [];
  const warnings = ignoredKeys(Object.keys(file), stack);
  for (const [name, value] of Object.entries(given)) {
    const key = name.includes(":") ? name : `${project}:${name}`;
    if (isSecure(value)) {
      secretKeys.push(key);
      if (overrides[key] !== undefined) continue;
      values[key] = purpose === "compare" ? hashOf(value) : randomBytes(20).toString("hex");
      warnings.push(`"${key}" of stack "${stack}" is encrypted; a generated value replaces it here.`);
    } else {
      values[key] = typeof value === "string" ? value : JSON.stringify(value);
    }
  }
  for (const [key, value] of Object.entries(overrides)) {
    if (value === null) delete values[key];
    else values[key] = value;
  }
  const pushed = `${project}:imageUri`;
  if (values[pushed] !== undefined && purpose === "serve") {
    // Sandboxes run from staged build contexts, and a stack with pushed images stages none.
    delete values[pushed];
    warnings.push(`Stack "${stack}" names pushed images; here the functions of this checkout run instead.`);
  }
  return { project, program: path.join(root, main), values, secretKeys, warnings };
}

function ignoredKeys(names: readonly string[], stack: string): string[] {
  return names
    .filter((name) => !topKeys.includes(name))
    .map((name) => {
      const nearest = closest(name, topKeys);
      const remedy =
        distance(name, nearest) <= nearest.length / 2
          ? `Did you mean "${nearest}"?`
          : 'Settings belong below "config:".';
      return `Pulumi.${stack}.yaml has "${name}", which Pulumi ignores. ${remedy}`;
    });
}

/** The hash has as many digits as a generated value, so that the program accepts both. */
const hashOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 40);

function isSecure(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function read<T extends z.ZodType>(file: string, schema: T): z.infer<T> {
  try {
    return schema.parse(parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new StackFileError(`"${file}" cannot be used: ${whyOf(cause)}.`, { cause });
  }
}

function whyOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return issuesOf(cause);
  // The parser of YAML adds the lines in question.
  const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return line.replace(/[.:]$/, "");
}

function issuesOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path: steps, message }) => `${steps.length > 0 ? `"${steps.join(".")}"` : "the file"} ${message}`)
    .join("; ");
}
