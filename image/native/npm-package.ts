import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CodedError } from "../../lib/coded-error.ts";
import { removeAtExit } from "../../lib/exit.ts";
import { readTarball } from "./tarball.ts";

/** A published npm package, identified by its hash. */
export interface PackageSource {
  readonly package: string;
  readonly version: string;
  /** `sha512-…`, in the format of the registry and of lock files. */
  readonly integrity: string;
}

export type PackageErrorCode = "SourceUnreachable" | "SourceMismatch" | "SourceIncomplete" | "NoSpace";

/** npm cannot fetch a package. The message contains npm's explanation and the remedy. */
export class PackageError extends CodedError<PackageErrorCode> {
  override readonly name = "PackageError";
}

export interface FetchedPackage {
  /** Size of the tarball in bytes. */
  readonly bytes: number;
  /** @throws PackageError "SourceIncomplete" when the package lacks the file. */
  file(name: string): Buffer;
  /** All files below a folder, by their path within it. */
  folder(name: string): ReadonlyMap<string, Buffer>;
}

/**
 * Fetches a package's tarball with the user's own npm, so that their registry, proxy and token apply, and checks its
 * hash. Nothing is installed and no script runs.
 * @throws PackageError
 */
export async function fetchPackage(
  source: PackageSource,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<FetchedPackage> {
  const spec = `${source.package}@${source.version}`;
  const work = await mkdtemp(path.join(environment["TMPDIR"] ?? tmpdir(), "dlw-npm-"));
  const finished = removeAtExit(work);
  try {
    await pack(spec, work, environment);
    const name = (await readdir(work)).find((file) => file.endsWith(".tgz"));
    if (!name) throw new PackageError("SourceUnreachable", `npm pack of "${spec}" wrote no tarball.`);
    const tarball = await readFile(path.join(work, name));
    const actual = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    if (actual !== source.integrity) {
      throw new PackageError(
        "SourceMismatch",
        `The registry's tarball of "${spec}" is not the one this project knows: its hash is ${actual}, not ` +
          `${source.integrity}. Ask who runs the registry, or use another one.`,
      );
    }
    return contentsOf(spec, tarball);
  } finally {
    await rm(work, { recursive: true, force: true });
    finished();
  }
}

function contentsOf(spec: string, tarball: Buffer): FetchedPackage {
  const files = new Map([...readTarball(tarball)].map(([name, bytes]) => [name.replace(/^[^/]+\//, ""), bytes]));
  return {
    bytes: tarball.length,
    file(name) {
      const bytes = files.get(name);
      if (bytes) return bytes;
      throw new PackageError("SourceIncomplete", `The package "${spec}" lacks the file "${name}".`);
    },
    folder: (name) =>
      new Map(
        [...files].filter(([file]) => file.startsWith(`${name}/`)).map(([file, b]) => [file.slice(name.length + 1), b]),
      ),
  };
}

async function pack(spec: string, directory: string, environment: NodeJS.ProcessEnv): Promise<void> {
  // Under `npm run`, this variable is the path of npm itself; under another package manager, it is the path of that
  // one.
  const own = environment["npm_execpath"] ?? "";
  const isNpm = path.basename(own).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [own]] : ["npm", []];
  const child = spawn(command, [...first, "pack", spec, "--pack-destination", directory, "--loglevel", "error"], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
    // On Windows `npm` is a script, and scripts can be started only through a shell.
    shell: !isNpm && process.platform === "win32",
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(new PackageError("SourceUnreachable", `"npm" does not start: ${cause.message}.`, { cause })),
    );
    child.on("close", resolve);
  });
  if (status !== 0) throw npmError(output, spec);
}

/** npm prints `npm error code EXXX`. The code determines which remedy the user is told. */
function npmError(output: string, spec: string): PackageError {
  const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? "unknown";
  const detail = output
    .split("\n")
    .map((line) => line.replace(/^npm (?:error|ERR!)\s*/, "").trim())
    .filter((line) => line !== "" && !/^(code|npm warn) |A complete log|_logs/.test(line))
    .slice(0, 2)
    .join(" ");
  if (code === "ENOSPC") return new PackageError("NoSpace", `The disk is full: "${spec}" cannot be fetched.`);
  if (code === "EINTEGRITY") {
    return new PackageError("SourceMismatch", `The registry's tarball of "${spec}" is cut or damaged: ${detail}`);
  }
  return new PackageError(
    "SourceUnreachable",
    `npm cannot fetch "${spec}" (${code}): ${detail} Check "npm config get registry", the proxy and the network, then try again.`,
  );
}
