/** Compiles `src/` to `dist/`, which is what the package publishes: JavaScript with declarations, and the files that are JavaScript already. */
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const folder = import.meta.dirname;
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync(path.join(folder, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", path.join(folder, "tsconfig.build.json")], { stdio: "inherit" });
for (const name of readdirSync(path.join(folder, "src"), { recursive: true, encoding: "utf8" })) {
  if (name.endsWith(".mjs")) cpSync(path.join(folder, "src", name), path.join(folder, "dist", name));
}
