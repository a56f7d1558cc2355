import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { run } from "../support/command.ts";
import { installPackages, pythonCommands } from "../support/tools.ts";
import { type CommandLine, CommandLineClient } from "./cli-client.ts";
import type { ServiceName } from "./client.ts";

/** AWS clients from PyPI. Both use the same botocore. */
export const packages = ["awscli==1.46.3", "boto3==1.44.8"] as const;

/** The folder with `aws` (version 1) and a Python that includes boto3. */
export async function pythonClients(): Promise<string> {
  return pythonCommands("clients", packages);
}

export async function firstVersion(environment: NodeJS.ProcessEnv): Promise<CommandLineClient> {
  return new CommandLineClient({
    name: "AWS CLI v1",
    command: path.join(await pythonClients(), "aws"),
    environment,
    options: [],
    refused: 255,
    honoursPrefixSetting: true,
    knows: () => true,
    shows: () => true,
    folder: newFolder(),
  });
}

/**
 * Version 2 of the command line as installed on this system, or Debian's package if none is installed. An old version
 * does not support AWS_ENDPOINT_URL (since 2.13), AWS_DISABLE_HOST_PREFIX_INJECTION (since March 2025) or all
 * operations. Calls that its own model lacks are skipped.
 */
export async function secondVersion(environment: NodeJS.ProcessEnv): Promise<CommandLineClient> {
  const command = (await installedVersion2()) ?? (await installVersion2());
  const version = /aws-cli\/2\.(\d+)/.exec(await run(command, ["--version"]))?.[1];
  const options = Number(version) >= 13 ? [] : ["--endpoint-url", environment["AWS_ENDPOINT_URL"] ?? ""];
  return new CommandLineClient({
    name: `AWS CLI v2.${version}`,
    command,
    environment,
    options,
    refused: 254,
    honoursPrefixSetting: Number(version) >= 25,
    ...knowledge(command),
    folder: newFolder(),
  });
}

const places = ["/usr/bin/aws", "/usr/local/bin/aws"];

async function installedVersion2(): Promise<string | undefined> {
  for (const place of places) {
    if (existsSync(place) && (await run(place, ["--version"])).includes("aws-cli/2.")) return place;
  }
  return undefined;
}

async function installVersion2(): Promise<string> {
  await installPackages(["awscli"]);
  const command = await installedVersion2();
  if (command === undefined) throw new Error("the system's package awscli is no version 2 of AWS's command line");
  return command;
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, { readonly members?: Readonly<Record<string, unknown>> }>>;
}

/**
 * The operations with their parameters, and the response members, in the models that are installed with a command line.
 */
function knowledge(command: string): Pick<CommandLine, "knows" | "shows"> {
  const roots = [
    "/usr/lib/python3/dist-packages/awscli/botocore/data",
    path.join(path.dirname(command), "../aws-cli/v2/current/dist/awscli/botocore/data"),
  ];
  const data = roots.find((root) => existsSync(root));
  if (data === undefined) throw new Error(`the models of ${command} are in none of ${roots.join(", ")}`);
  const models = new Map<ServiceName, Model>();
  const modelOf = (service: ServiceName): Model => {
    const known = models.get(service) ?? readModel(path.join(data, service === "s3api" ? "s3" : service));
    models.set(service, known);
    return known;
  };
  return {
    knows({ service, operation, parameters }) {
      const { operations, shapes } = modelOf(service);
      const found = operations[operation];
      const members = shapes[found?.input?.shape ?? ""]?.members ?? {};
      return found !== undefined && Object.keys(parameters).every((name) => Object.hasOwn(members, name));
    },
    shows: (service, member) =>
      Object.values(modelOf(service).shapes).some(({ members = {} }) => Object.hasOwn(members, member)),
  };
}

function readModel(folder: string): Model {
  // There is one folder per API version, named after its date.
  const newest = readdirSync(folder).sort().at(-1);
  if (newest === undefined) throw new Error(`${folder} has no model of the service`);
  const file = path.join(folder, newest, "service-2.json");
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return JSON.parse(text.toString("utf8")) as Model;
}

function newFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), "clients-"));
}
