import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Mutant } from "./mutants.ts";

/** What became of a mutant, and the first line that says so. */
export interface Outcome {
  readonly fate: "killed by a test" | "killed by time" | "killed by a type" | "survived";
  readonly by: string;
}

/** Seconds after which a run of tests is ended: a mutant that makes a test wait is noticed, too. */
const patienceSeconds = 300;

/**
 * Plants a mutant in a copy of the project and runs the test beside the file, then every test that imports the file, then
 * the compiler, until one of them fails. The copy is restored before this returns.
 */
export async function tryMutant(folder: string, mutant: Mutant): Promise<Outcome> {
  const file = path.join(folder, mutant.file);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.slice(0, mutant.from) + mutant.replacement + text.slice(mutant.to));
  try {
    const beside = mutant.file.replace(/\.ts$/, ".test.ts");
    if (existsSync(path.join(folder, beside))) {
      const outcome = await runTests(folder, ["run", beside]);
      if (outcome.fate !== "survived") return outcome;
    }
    const outcome = await runTests(folder, ["related", mutant.file, "--run"]);
    if (outcome.fate !== "survived") return outcome;
    const { code, output } = await run(folder, [path.join("node_modules/typescript/bin/tsc"), "-p", "."]);
    const complaint = output.split("\n").find((line) => line.includes("error TS")) ?? "";
    return code === 0 ? outcome : { fate: "killed by a type", by: complaint };
  } finally {
    writeFileSync(file, text);
  }
}

/** @param parameters of vitest */
export async function runTests(folder: string, parameters: readonly string[]): Promise<Outcome> {
  const options = ["--bail", "1", "--reporter", "default", "--passWithNoTests"];
  const { code, output } = await run(folder, ["node_modules/vitest/vitest.mjs", ...parameters, ...options]);
  if (code === undefined) return { fate: "killed by time", by: `${patienceSeconds} s` };
  const first = output.split("\n").find((line) => /FAIL|Error/.test(line)) ?? "";
  return code === 0 ? { fate: "survived", by: "" } : { fate: "killed by a test", by: first.replace(/^\s*FAIL\s+/, "") };
}

/** `code` is undefined where the time was up: the process and all that it started are ended then. */
async function run(folder: string, parameters: readonly string[]) {
  const child = spawn(process.execPath, parameters, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const done = new AbortController();
  const exited = new Promise<number | undefined>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  const late = delay(patienceSeconds * 1_000, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
  const code = await Promise.race([exited, late]);
  done.abort();
  if (code === undefined && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exited;
  return { code, output };
}
