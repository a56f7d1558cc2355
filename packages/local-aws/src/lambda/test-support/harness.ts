import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { FunctionResource, RoleResource } from "../../graph.ts";
import { createIam } from "../../iam/iam.ts";
import type { Caller, LogSink } from "../../service.ts";
import { createLambda, type Lambda, type LambdaOptions } from "../lambda.ts";

export const region = "us-east-1";
export const accountId = "000000000000";
export const roleArn = `arn:aws:iam::${accountId}:role/function-role`;
const operatorKey = { accessKeyId: "AKIALOCALOPERATOR", secretAccessKey: "a-secret-of-the-operator" } as const;
export const operator: Caller = {
  accessKeyId: operatorKey.accessKeyId,
  arn: `arn:aws:iam::${accountId}:user/operator`,
};

export function role(change: Partial<RoleResource> = {}): RoleResource {
  return {
    name: "function-role",
    arn: roleArn,
    assumeRolePolicy: trust("lambda.amazonaws.com"),
    policies: {
      logs: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "WriteLog",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/*:*`,
          },
        ],
      },
    },
    ...change,
  };
}

export function trust(service: string) {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  };
}

export function functionResource(name: string, change: Partial<FunctionResource> = {}): FunctionResource {
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return {
    name,
    arn,
    imageUri: "image@sha256:1",
    command: [`${name}/handler.handler`],
    environment: {},
    memorySizeMb: 256,
    timeoutSeconds: 10,
    ephemeralStorageMb: 512,
    roleArn,
    reservedConcurrency: -1,
    logGroupName: `/aws/lambda/${name}`,
    tracing: false,
    aliases: [{ name: "live", arn: `${arn}:live`, version: "1" }],
    permissions: [],
    ...change,
  };
}

/** A log sink that stores everything it receives. */
export class Lines implements LogSink {
  readonly entries: { group: string; stream: string; message: string }[] = [];
  write(group: string, stream: string, messages: readonly { message: string }[]): void {
    for (const { message } of messages) this.entries.push({ group, stream, message });
  }
  get text(): string {
    return this.entries.map(({ message }) => message).join("\n");
  }
}

export interface Harness {
  readonly lambda: Lambda;
  readonly lines: Lines;
  readonly folder: string;
  readonly warnings: string[];
  readonly iam: ReturnType<typeof createIam>;
  readonly invoke: (name: string, event?: unknown) => Promise<{ payload: unknown; failed: boolean }>;
  write(name: string, source: string): void;
  stop(): Promise<void>;
}

export interface HarnessOptions extends Partial<Omit<LambdaOptions, "functions">> {
  /** Source code of each handler by function name, as the body of an ES module. */
  readonly handlers: Readonly<Record<string, string>>;
  readonly functions?: Readonly<Record<string, Partial<FunctionResource>>>;
  readonly roles?: readonly RoleResource[];
}

/** Starts a Lambda whose handlers are written to a temporary task root. */
export function harness({ handlers, functions = {}, roles = [role()], ...options }: HarnessOptions): Harness {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lambda-test-"));
  const write = (name: string, source: string): void => {
    mkdirSync(path.join(folder, "image", name), { recursive: true });
    writeFileSync(path.join(folder, "image", name, "handler.mjs"), source);
  };
  for (const [name, source] of Object.entries(handlers)) write(name, source);
  const iam = createIam({ roles, accountId }, operatorKey);
  const lines = new Lines();
  const warnings: string[] = [];
  const lambda = createLambda({
    functions: Object.keys(handlers).map((name) => functionResource(name, functions[name])),
    images: [{ uri: "image@sha256:1", context: path.join(folder, "image"), target: "light" }],
    region,
    accountId,
    iam,
    logs: lines,
    endpointUrl: () => "http://127.0.0.1:1",
    tmpDir: path.join(folder, "tmp"),
    machine: { cores: 4, memoryMb: 8_192 },
    warn: (message) => warnings.push(message),
    ...options,
  });
  return {
    lambda,
    lines,
    folder,
    warnings,
    iam,
    write,
    async invoke(name, event = {}) {
      const functionArn = `${functionResource(name).arn}:live`;
      const answer = await lambda.invoker.invoke({ functionArn, payload: JSON.stringify(event), caller: operator });
      return { payload: JSON.parse(answer.payload), failed: answer.functionError !== undefined };
    },
    async stop() {
      await lambda.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const opened: Harness[] = [];

/** Creates a harness for one test; `stopAll` stops it. */
export function open(options: HarnessOptions): Harness {
  const opening = harness(options);
  opened.push(opening);
  return opening;
}

export async function stopAll(): Promise<void> {
  for (const opening of opened.splice(0)) await opening.stop();
}

/** In a container in which no process reaps orphans, a dead child of a dead parent may remain as a zombie. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout.trim());
}
