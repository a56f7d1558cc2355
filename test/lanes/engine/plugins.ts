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

/** Paths of the commands that start plugins. */
export interface PluginCommands {
  /** By package. */
  readonly providers: Readonly<Record<string, string>>;
  /** The only command in its folder, which is for PATH. */
  readonly languageHost: string;
}

/** Installs the plugins in a Pulumi home. */
export function layPlugins(home: string): PluginCommands {
  const here = import.meta.dirname;
  const providers = testPlugins().map(({ name, version }) => {
    const command = path.join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
    const script = name === "awsx" ? "awsx.ts" : "main.ts";
    layCommand(command, path.join(here, "provider", script), name, version);
    return [name, command] as const;
  });
  const languageHost = path.join(home, "commands/pulumi-language-nodejs");
  layCommand(languageHost, path.join(here, "host/language.ts"));
  return { providers: Object.fromEntries(providers), languageHost };
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
