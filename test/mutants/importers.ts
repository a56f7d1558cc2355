import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const Cruise = z.object({
  modules: z.array(z.object({ source: z.string(), dependencies: z.array(z.object({ resolved: z.string() })) })),
});

/** For each file, the files that import it. */
export type Importers = ReadonlyMap<string, readonly string[]>;

/** @param root folder of the project, whose imports are read by dependency-cruiser */
export async function importersIn(root: string): Promise<Importers> {
  const command = path.join("node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const parameters = ["--config", ".dependency-cruiser.mjs", "--output-type", "json", "."];
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [command, ...parameters], { cwd: root, maxBuffer: 1 << 28 });
  const importers = new Map<string, string[]>();
  for (const { source, dependencies } of Cruise.parse(JSON.parse(stdout)).modules)
    for (const { resolved } of dependencies) importers.set(resolved, [...(importers.get(resolved) ?? []), source]);
  return importers;
}

/**
 * The test files that import a file, directly or indirectly. The nearest come first, and the test beside the file
 * before all others.
 */
export function testsOf(file: string, importers: Importers): readonly string[] {
  const found = new Set([file]);
  for (const each of found) for (const importer of importers.get(each) ?? []) found.add(importer);
  const tests = [...found].filter(
    (each) => each.endsWith(".test.ts") && !each.startsWith("test/lanes/") && !each.startsWith("bench/"),
  );
  const beside = file.replace(/\.ts$/, ".test.ts");
  return tests.includes(beside) ? [beside, ...tests.filter((test) => test !== beside)] : tests;
}
