import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";

const Manifest = z.object({ version: z.string() });
const require = createRequire(import.meta.url);

/** The packages whose provider binaries are replaced with plugins for tests, with the version of the installed SDK. */
export function testPlugins(): readonly { readonly name: string; readonly version: string }[] {
  return ["aws", "awsx", "docker-build"].map((name) => ({
    name,
    version: Manifest.parse(JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8"))).version,
  }));
}

/** Installs the plugins in a Pulumi home, and the language host in a folder for PATH. Returns that folder. */
export function layPlugins(home: string): string {
  const here = import.meta.dirname;
  for (const { name, version } of testPlugins()) {
    const folder = path.join(home, "plugins", `resource-${name}-v${version}`);
    const script = name === "awsx" ? "awsx.ts" : "main.ts";
    layCommand(path.join(folder, `pulumi-resource-${name}`), path.join(here, "provider", script), name, version);
  }
  const commands = path.join(home, "commands");
  layCommand(path.join(commands, "pulumi-language-nodejs"), path.join(here, "host/language.ts"));
  return commands;
}

/**
 * Writes a command that the engine can start: Node with the project's TypeScript loader, independent of the engine's
 * working directory.
 */
function layCommand(location: string, script: string, ...fixed: readonly string[]): void {
  mkdirSync(path.dirname(location), { recursive: true });
  const loader = `file://${require.resolve("tsx")}`;
  const words = [process.execPath, "--import", loader, script, ...fixed].map((word) => `'${word}'`);
  writeFileSync(location, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  chmodSync(location, 0o755);
}
