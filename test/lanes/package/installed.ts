import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../support/command.ts";
import { until } from "../support/until.ts";

const project = path.resolve(import.meta.dirname, "../../..");
const packageFolder = path.join(project, "packages", "local-aws");

/** The package as a user gets it: packed, installed in an empty folder, and serving a program in that folder. */
export interface Installed {
  readonly folder: string;
  /** Files in the packed archive. */
  readonly files: readonly string[];
  /** The output of its command. */
  output(): string;
  readonly url: string;
  /** The environment variables for AWS clients that the command printed. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function installAndServe(): Promise<Installed> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "local-aws-package-"));
  const packed = JSON.parse(
    await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: packageFolder }),
  ) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  const [archive] = packed;
  if (!archive) throw new Error("npm pack made no archive");
  cpSync(path.join(import.meta.dirname, "program"), folder, { recursive: true });
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: "greetings", private: true, type: "module" }),
  );
  const versions = (
    JSON.parse(readFileSync(path.join(project, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    }
  ).dependencies;
  const needs = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/awsx"].map((name) => `${name}@${versions[name]}`);
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await run("npm", ["install", ...flags, `./${archive.filename}`, ...needs], { cwd: folder, withinMs: 600_000 });

  const command = path.join(folder, "node_modules", ".bin", "local-aws");
  const child = spawn(command, ["--port", "0", "--stack", "dev"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  await until("it serves", () => text.includes("AWS_ENDPOINT_URL") || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`the command ended:\n${text}`);
  const environment = Object.fromEntries(
    [...text.matchAll(/\b(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  return {
    folder,
    files: archive.files.map((file) => file.path),
    output: () => text,
    url: environment["AWS_ENDPOINT_URL"] ?? "",
    environment: environment as Record<string, string>,
    async close() {
      process.off("exit", end);
      await ended(child, text);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function ended(child: ChildProcess, text: string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`the command ended by itself (${child.exitCode ?? child.signalCode}):\n${text}`);
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await exited;
}
