import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * The console's script, bundled on the first request and again after an edit, because the console is TypeScript and a
 * browser needs one JavaScript file.
 */
export function createConsoleScript(root: string): () => Promise<Uint8Array<ArrayBuffer>> {
  let last: { readonly state: string; readonly script: Promise<Uint8Array<ArrayBuffer>> } | undefined;
  return () => {
    const state = [...stateOf(path.join(root, "console", "src")), ...stateOf(path.join(root, "contract"))].join("\n");
    if (last?.state !== state) last = { state, script: bundle(root) };
    return last.script;
  };
}

async function bundle(root: string): Promise<Uint8Array<ArrayBuffer>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["console/src/main.ts"],
    outfile: "console.js",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
  return new Uint8Array(outputFiles[0]?.contents ?? []);
}

function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => {
    const { mtimeMs, size } = statSync(path.join(folder, name));
    return `${name} ${mtimeMs} ${size}`;
  });
}
