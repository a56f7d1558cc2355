import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { compileFunction } from "node:vm";
import { EngineUnavailable } from "../engine.ts";

type Library = typeof import("@litertjs/core");
type Factory = (settings?: object) => Promise<unknown>;

let loading: Promise<Library> | undefined;

/** Loads LiteRT.js once per process. @throws EngineUnavailable "no integer kernels" where it does not start */
export function loadLitert(): Promise<Library> {
  loading ??= startLitert().catch((cause: unknown) => {
    loading = undefined;
    throw new EngineUnavailable("no integer kernels", `LiteRT.js does not start: ${String(cause)}.`, { cause });
  });
  return loading;
}

/** What LiteRT.js asks for a device for graphics: there is none, which is not worth a warning. */
const withoutDevice = { limits: {}, features: new Set<string>(), requestDevice: async () => null };

/**
 * LiteRT.js is made for browsers: it looks for the globals `self` and `navigator` and runs its loader by `importScripts`.
 * They are there only while it starts. The loader itself is compiled as a function, so its own variables are no globals either, and reads its
 * binary from the package: no request leaves the process.
 */
async function startLitert(): Promise<Library> {
  const require = createRequire(import.meta.url);
  const folder = path.join(path.dirname(require.resolve("@litertjs/core/package.json")), "wasm");
  const library = await import("@litertjs/core");
  const page: { ModuleFactory?: Factory | undefined } = {};
  const silent = { print: () => {}, printErr: () => {} };
  const shim = {
    self: page,
    navigator: { gpu: { requestAdapter: async () => withoutDevice } },
    importScripts: (script: string) => {
      const source = `${readFileSync(script, "utf8")};return ModuleFactory;`;
      const names = ["require", "__dirname", "__filename", "self"];
      const factory: Factory = compileFunction(source, names, { filename: script })(require, folder, script, page);
      page.ModuleFactory = (settings) => factory({ ...settings, ...silent });
    },
  };
  const before = Object.keys(shim).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of Object.entries(shim)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    await library.loadLiteRt(`${folder}${path.sep}`);
    return library;
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}
