import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import grpc from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language, {
  type LanguageHandshakeRequest,
  type RunRequest,
  type RunResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { z } from "zod";
import { testPlugins } from "../plugins.ts";
import { serve } from "./serve.ts";

/**
 * The `pulumi` command's language host for Node, with only the features that this project needs. It starts the SDK's
 * own runner, `@pulumi/pulumi/cmd/run`, with the arguments, environment and exit codes of the host that Pulumi ships,
 * and two `--import` options more.
 */

/** The engine passes its address as the last argument if it starts this host, and in the handshake if it attaches. */
let engineAddress = process.argv.at(-1) ?? "";

/**
 * The SDK's runner loads TypeScript and npm's solver at its start, and this program never uses them. The SDK also makes a
 * stack trace for each promise. Leaving out both saves over a second of processor time per command of a story.
 */
const preloaded = ["lazy-packages", "untraced-promises"].map(
  (name) => new URL(`../../../../packages/local-aws/src/capture/${name}.ts`, import.meta.url).href,
);

/** Exit code of the SDK's runner after it has already shown the error to the user. */
const alreadyReported = 32;

const RuntimeOptions = z.object({ nodeargs: z.string().default("") });

const callbacks = {
  handshake: answer((request: LanguageHandshakeRequest) => {
    engineAddress = request.getEngineAddress();
    return new language.LanguageHandshakeResponse();
  }),
  getPluginInfo: answer(() => {
    const info = new plugin.PluginInfo();
    info.setVersion("1.0.0");
    return info;
  }),
  getRequiredPackages: answer(() => {
    const response = new language.GetRequiredPackagesResponse();
    for (const { name, version } of testPlugins()) {
      const dependency = new plugin.PackageDependency();
      dependency.setKind("resource");
      dependency.setName(name);
      dependency.setVersion(version);
      response.addPackages(dependency);
    }
    return response;
  }),
  about: answer(() => {
    const response = new language.AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    return response;
  }),
  run(call: grpc.ServerUnaryCall<RunRequest, RunResponse>, callback: grpc.sendUnaryData<RunResponse>) {
    runProgram(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.INTERNAL, details: String(error) }),
    );
  },
};

async function runProgram(request: RunRequest): Promise<RunResponse> {
  const info = request.getInfo();
  const program = info?.getProgramDirectory() || request.getPwd();
  const { nodeargs } = RuntimeOptions.parse(info?.getOptions()?.toJavaScript() ?? {});
  const parameters = [
    ...nodeargs.split(/\s+/).filter((part) => part !== ""),
    ...preloaded.flatMap((module) => ["--import", module]),
    createRequire(path.join(program, "package.json")).resolve("@pulumi/pulumi/cmd/run"),
    ...[`--monitor=${request.getMonitorAddress()}`, `--engine=${engineAddress}`],
    ...[`--organization=${request.getOrganization()}`, `--project=${request.getProject()}`],
    ...[`--stack=${request.getStack()}`, `--root-directory=${info?.getRootDirectory() ?? program}`],
    ...[`--pwd=${request.getPwd()}`, `--parallel=${request.getParallel()}`],
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
  const child = spawn(process.execPath, parameters, {
    cwd: request.getPwd(),
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject(false))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  const response = new language.RunResponse();
  if (code === alreadyReported) response.setBail(true);
  else if (code !== 0) response.setError(`the program "${program}" ended with ${code}; its output is above`);
  return response;
}

function answer<Request, Response>(make: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => callback(null, make(request));
}

await serve(languageService.LanguageRuntimeService, callbacks);
