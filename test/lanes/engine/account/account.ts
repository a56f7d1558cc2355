import type { AddressInfo } from "node:net";
import path from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { AwsError, type Invocation } from "../../../../packages/local-aws/src/service.ts";
import { createStates } from "../../../../packages/local-aws/src/states/index.ts";
import { WarmSandboxes } from "./warm-sandboxes.ts";

/** Runs a function of the account: receives the version's ARN and its input as JSON, and returns its result. */
export type RunFunction = (functionArn: string, payload: string) => Promise<unknown>;

/** The account in which the engine creates resources. */
export interface Account {
  /** Endpoint for all services. */
  readonly url: string;
  readonly warmSandboxes: WarmSandboxes;
  /** Sets what state machines call. Without it, every call of a function fails. */
  onCall(run: RunFunction | undefined): void;
  close(): Promise<void>;
}

/** The account id that moto uses. */
const accountId = "123456789012";

/**
 * Serves what moto does not support, and passes all other requests to moto. Step Functions, with versions, aliases and
 * executions, is the service of `packages/local-aws`, which is compared with recordings of AWS in another lane.
 */
export async function openAccount(moto: string, folder: string): Promise<Account> {
  let run: RunFunction | undefined;
  const warmSandboxes = new WarmSandboxes();
  const states = createStates({
    stateMachines: [],
    accountId,
    region: "us-east-1",
    dataDir: path.join(folder, "states"),
    authorizer: { authorize: () => undefined },
    s3: async (request) => forward(request, moto),
    credentialsFor: (roleArn) => ({ accessKeyId: "lane", arn: roleArn, roleArn }),
    logs: { write: () => undefined },
    invoker: {
      async invoke({ functionArn, payload }): Promise<Invocation> {
        const executedVersion = functionArn.split(":").at(-1) ?? "";
        const requestId = `${executedVersion}-${Date.now()}`;
        try {
          if (!run) throw new Error("this story calls no function");
          return { requestId, executedVersion, payload: JSON.stringify(await run(functionArn, payload)) };
        } catch (error) {
          // Lambda itself refused the call, so there is no response of the function.
          if (error instanceof AwsError) throw error;
          const { name, message } = error as Error;
          const failure = JSON.stringify({ errorType: name, errorMessage: message });
          return { requestId, executedVersion, payload: failure, functionError: "Unhandled" };
        }
      },
    },
  });
  const server = await listen(async (request) => {
    if (request.headers.get("x-amz-target")?.startsWith("AWSStepFunctions.")) {
      return states.service(request, { accessKeyId: "lane", arn: `arn:aws:iam::${accountId}:user/lane` });
    }
    return (await warmSandboxes.respond(request)) ?? forward(request, moto);
  });
  return {
    url: server.url,
    warmSandboxes,
    onCall(next) {
      run = next;
    },
    async close() {
      await server.close();
      await states.close();
    },
  };
}

async function forward(request: Request, moto: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const own of ["host", "connection", "content-length", "transfer-encoding", "expect"]) headers.delete(own);
  const body = ["GET", "HEAD"].includes(request.method) ? {} : { body: await request.arrayBuffer() };
  const response = await fetch(`${moto}${pathname}${search}`, { method: request.method, headers, ...body });
  const passed = new Headers(response.headers);
  // The body is already decoded here.
  for (const coded of ["content-encoding", "content-length", "transfer-encoding"]) passed.delete(coded);
  const bytes = await response.arrayBuffer();
  return new Response([204, 304].includes(response.status) ? null : bytes, {
    status: response.status,
    headers: passed,
  });
}

async function listen(respond: (request: Request) => Promise<Response>) {
  const app = new Hono();
  app.all("*", (context) => respond(context.req.raw));
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
