/** The task root of AWS's base images. */
const taskRoot = "/var/task";

/** A COPY or ADD instruction that brings files from the build context into the image. Image paths are absolute. */
export interface ContextCopy {
  readonly line: string;
  readonly sources: readonly string[];
  readonly destination: string;
}

/** The parts of a target's Dockerfile that a sandbox depends on. */
export interface ImageRecipe {
  /** The base image underneath all stages of the target. */
  readonly base: string;
  /** Copies from the build context in the target stage and the stages that it is based on. */
  readonly copies: readonly ContextCopy[];
}

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly copies: ContextCopy[];
  folder: string;
}

/** Reads a Dockerfile. `target` names the stage to build; if there is no such stage, the last one is built. */
export function readDockerfile(text: string, target?: string): ImageRecipe {
  const variables = new Map<string, string>([["LAMBDA_TASK_ROOT", taskRoot]]);
  const stages: Stage[] = [];
  for (const line of instructionsOf(text)) {
    const [, instruction = "", rest = ""] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    const value = filled(rest, variables);
    const stage = stages.at(-1);
    switch (instruction.toUpperCase()) {
      case "ARG":
      case "ENV": {
        const [, name = "", assigned] = /^(\w+)(?:[=\s]\s*"?([^"\s]*)"?)?/.exec(value) ?? [];
        if (assigned !== undefined) variables.set(name, assigned);
        break;
      }
      case "FROM": {
        const [from = "", , name = ""] = value.replace(/^--\S+\s+/, "").split(/\s+/);
        const above = stages.find((each) => each.name === from);
        stages.push({ name, from, copies: [], folder: above?.folder ?? taskRoot });
        break;
      }
      case "WORKDIR":
        if (stage) stage.folder = resolve(stage.folder, value);
        break;
      case "COPY":
      case "ADD": {
        const copy = stage && copyOf(line, value, stage.folder);
        if (copy) stage.copies.push(copy);
      }
    }
  }
  return recipeOf(stages, target);
}

function recipeOf(stages: readonly Stage[], target: string | undefined): ImageRecipe {
  const copies: ContextCopy[] = [];
  let stage = stages.find(({ name }) => name !== "" && name === target) ?? stages.at(-1);
  let base = "";
  while (stage) {
    copies.unshift(...stage.copies);
    const { from }: Stage = stage;
    base = from;
    // The loop ends, because a stage can only be based on an earlier one.
    stage = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === from);
  }
  return { base, copies };
}

/**
 * Returns undefined if an instruction copies only downloads, or files from another stage or image: these are not in the
 * build context.
 */
function copyOf(line: string, value: string, folder: string): ContextCopy | undefined {
  const words = wordsOf(value);
  const flags = words.filter((word) => word.startsWith("--"));
  const places = words.filter((word) => !word.startsWith("--"));
  const destination = places.pop();
  const sources = places.filter((source) => !/^[a-z]+:\/\//i.test(source));
  if (destination === undefined || sources.length === 0) return undefined;
  if (flags.some((flag) => flag.startsWith("--from="))) return undefined;
  return { line, sources, destination: resolve(folder, destination) };
}

function wordsOf(value: string): string[] {
  try {
    const list: unknown = JSON.parse(value.replace(/^(--\S+\s+)*/, ""));
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // The value is not in JSON form, so it is in the space-separated form.
  }
  return value.split(/\s+/);
}

/** Splits a Dockerfile into instructions: removes comments and joins continued lines. */
function instructionsOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replace(/\\[ \t]*\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function filled(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (whole, braced, fallback, bare) => {
    return variables.get(braced ?? bare) ?? fallback ?? whole;
  });
}

/** Makes a path absolute. A trailing slash, which means that the path is a folder, is kept. */
function resolve(folder: string, location: string): string {
  const whole = location.startsWith("/") ? location : `${folder}/${location}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}${/(^|\/)\.?$/.test(location) && parts.length > 0 ? "/" : ""}`;
}

/** Whether a copy keeps the path of each file: its path in the context equals its path below the task root. */
export function mirrorsContext({ sources, destination }: ContextCopy, isFolder: (source: string) => boolean): boolean {
  return sources.every((given) => {
    const source = given
      .replace(/^(\.?\/)+/, "")
      .replace(/^\.$/, "")
      .replace(/\/+$/, "");
    const into = destination.replace(/\/$/, "");
    if (source === "" || isFolder(source)) return into === [taskRoot, source].filter((part) => part !== "").join("/");
    const above = source.split("/").slice(0, -1);
    if (destination.endsWith("/") || sources.length > 1 || /[*?[]/.test(source) || into === taskRoot) {
      return into === [taskRoot, ...above].join("/");
    }
    return into === `${taskRoot}/${source}`;
  });
}
