/** `npm run base`: records in image/Dockerfile the digest that the base's tag names now. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readCommand } from "../lib/command.ts";
import { isMainModule } from "../lib/main-module.ts";
import { baseImageIn, withBaseImage } from "./base-image.ts";
import { digestOf, RegistryError } from "./registry.ts";

/** @returns what was done, in one sentence. @throws RegistryError; in that case the file is unchanged */
export async function recordBase(file: string, resolve = digestOf): Promise<string> {
  const text = await readFile(file, "utf8");
  const base = baseImageIn(text);
  const digest = await resolve(base.name);
  if (digest === base.digest) return `${base.name} is still ${digest}.`;
  await writeFile(file, withBaseImage(text, { name: base.name, digest }));
  return `${base.name} is ${digest}. The next pulumi up builds both images on it.`;
}

const help = `npm run base

Asks the registry which image the tag of the base names now, and writes its digest into image/Dockerfile.

  --help  This text
`;

if (isMainModule(import.meta.url) && readCommand(help, {})) {
  try {
    console.log(await recordBase(path.join(import.meta.dirname, "Dockerfile")));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
