/** The task root of AWS's base images. */
const taskRoot = "/var/task";

/** A COPY or ADD that brings files of the build context into the image; paths of the image are absolute. */
export interface ContextCopy {
  readonly line: string;
  readonly sources: readonly string[];
  readonly destination: string;
}

/** What a target's image is made of, as far as a sandbox must know it. */
export interface ImageRecipe {
  /** The base image under all stages of the target. */
  readonly base: string;
  /** Copies out of the build context, in the stages that the target is built on. */
  readonly copies: readonly ContextCopy[];
}

interface Stage {
  readonly name: string;
  readonly from: string;
  readonly copies: ContextCopy[];
  folder: string;
}

/** Reads a Dockerfile. `target` names its stage; the last one unless it is there. */
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
    // A stage can only be built on one before it, so this ends.
    stage = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === from);
  }
  return { base, copies };
}

/** Undefined for files of another stage or image, which are no part of the build context, and for downloads. */
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
    // The plain form.
  }
  return value.split(/\s+/);
}

/** Lines without comments, continued ones joined. */
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

/** An absolute path; a slash at its end, which says "a folder", stays. */
function resolve(folder: string, location: string): string {
  const whole = location.startsWith("/") ? location : `${folder}/${location}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}${/(^|\/)\.?$/.test(location) && parts.length > 0 ? "/" : ""}`;
}

/** Whether a copy leaves each file at the path below the task root that it has in the context. */
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
