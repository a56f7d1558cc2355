import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { FunctionResource, Graph, ImageResource } from "../graph.ts";
import { mirrorsContext } from "./dockerfile.ts";
import { recipeOf } from "./recipe.ts";

/** The program declares functions that cannot run here; the message lists all problems at once. */
export class UnservedProgram extends Error {
  override readonly name = "UnservedProgram";
  constructor(problems: readonly string[]) {
    super(
      `The program declares functions that cannot run on this machine:\n${problems.map((each) => `- ${each}`).join("\n")}`,
    );
  }
}

const convention =
  "A sandbox runs Node in the image's build context as it is, so the context must mirror the task root.";

/** Extensions of the modules that Lambda's Node runtime loads, in order of precedence. */
const extensions = [".mjs", ".js", ".cjs"];

/**
 * Rejects, before anything is served, functions that would start here but behave differently than on AWS.
 * @throws UnservedProgram
 */
export function refuseUnserved({ functions, images }: Pick<Graph, "functions" | "images">): void {
  const problems = [...new Set(functions.flatMap((each) => problemsOf(each, images)))];
  if (problems.length > 0) throw new UnservedProgram(problems);
}

function problemsOf(declared: FunctionResource, images: readonly ImageResource[]): readonly string[] {
  const { name, zip, imageUri, command } = declared;
  if (zip) {
    return [
      `Function "${name}" is a zip function (runtime "${zip.runtime}"); only image functions are served. Declare it ` +
        `with packageType "Image" and the imageUri of an awsx.ecr.Image.`,
    ];
  }
  const image = images.find(({ uri }) => uri === imageUri);
  if (!image) {
    return [
      `Function "${name}" runs image "${imageUri}", which the program does not build. Build it by an awsx.ecr.Image.`,
    ];
  }
  const language = languageOf(image);
  if (language !== undefined) {
    return [`Function "${name}" runs ${language}; only Node is served. ${convention}`];
  }
  return [...elsewhere(image), ...handlerProblem(name, command[0], image)];
}

/**
 * Returns the base image if it is AWS's image for a language other than Node. Any other base image is assumed to
 * contain Node.
 */
function languageOf(image: ImageResource): string | undefined {
  const { base } = recipeOf(image) ?? { base: "" };
  const [, runtime] = /(?:^|\/)lambda\/([a-z]+)(?::|@|$)/.exec(base) ?? [];
  return runtime === undefined || runtime === "nodejs" ? undefined : `the base image "${base}"`;
}

function elsewhere(image: ImageResource): readonly string[] {
  const isFolder = (source: string): boolean => {
    const location = path.join(image.context, source);
    return existsSync(location) && statSync(location).isDirectory();
  };
  return (recipeOf(image)?.copies ?? [])
    .filter((copy) => !mirrorsContext(copy, isFolder))
    .map(({ line }) => `The Dockerfile of "${image.context}" copies to another path: "${line}". ${convention}`);
}

function handlerProblem(name: string, handler: string | undefined, image: ImageResource): readonly string[] {
  if (handler === undefined) {
    return [`Function "${name}" declares no handler: set imageConfig.commands to ["<module>.<function>"].`];
  }
  const module = handler.slice(0, handler.lastIndexOf("."));
  if (extensions.some((extension) => existsSync(path.join(image.context, module + extension)))) return [];
  return [
    `Function "${name}" has the handler "${handler}", but the context "${image.context}" has no ` +
      `"${module}" with the extension ${extensions.join(", ")}. ${convention}`,
  ];
}
