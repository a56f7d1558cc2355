import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { HandlerNotFound, ImportModuleError, MalformedHandlerName, UserCodeSyntaxError } from "./errors.mjs";

/** Loads `folder/module.export` from below the task root. The name is the image's command. */
export async function loadHandler(taskRoot, name) {
  if (name.includes("..")) {
    throw new MalformedHandlerName(`'${name}' is not a valid handler name: it must stay below the task root.`);
  }
  const folder = path.dirname(name);
  const [, file, property] = /^([^.]+)\.(.+)$/.exec(path.basename(name)) ?? [];
  if (file === undefined) throw new MalformedHandlerName(`Bad handler: '${name}' is not "module.export".`);
  const module = await loadModule(path.resolve(taskRoot, folder, file), `${folder}/${file}`);
  const handler = property.split(".").reduce((value, key) => value?.[key], module);
  if (!handler) throw new HandlerNotFound(`${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new HandlerNotFound(`${name} is not a function`);
  return handler;
}

async function loadModule(base, name) {
  const file = [base, `${base}.js`, `${base}.mjs`, `${base}.cjs`].find(existsSync);
  if (file === undefined) throw new ImportModuleError(`Error: Cannot find module '${name}'`);
  try {
    if (file.endsWith(".cjs") || (!file.endsWith(".mjs") && !inModulePackage(file))) {
      return createRequire(import.meta.url)(file);
    }
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserCodeSyntaxError(String(error), { cause: error });
    // For an ES module, AWS's client passes on the loader's own error.
    if (error?.code === "MODULE_NOT_FOUND") {
      throw new ImportModuleError(String(error), { cause: error });
    }
    throw error;
  }
}

function inModulePackage(file) {
  for (let folder = path.dirname(file); path.basename(folder) !== "node_modules"; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
    if (folder === path.dirname(folder)) break;
  }
  return false;
}
