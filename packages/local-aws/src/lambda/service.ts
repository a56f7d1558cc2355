import type { Authorizer, Caller, Invocation, Service } from "../service.ts";
import { AwsError } from "../service.ts";
import type { InvokeAccess } from "./access.ts";
import type { Answer } from "./instance/instance.ts";
import { type Listed, listAliases, listFunctions, listVersions } from "./listings.ts";
import type { FunctionReference, InvokeRequest } from "./references.ts";
import { TooManyRequests } from "./throttle.ts";
import { aliasView, functionView, invocationHeaders } from "./views.ts";

export interface LambdaServiceOptions {
  readonly listed: () => Listed;
  readonly resolve: (reference: string, qualifier?: string) => FunctionReference;
  readonly invoke: (request: InvokeRequest) => Promise<Invocation & Answer>;
  readonly access: InvokeAccess;
  readonly authorizer: Authorizer;
  readonly warn: (message: string) => void;
}

const path =
  /^\/2015-03-31\/functions(?:\/([^/]+)(?:\/(invocations|configuration|aliases|versions)(?:\/([^/]+))?)?)?\/?$/;

/**
 * The Lambda REST API (2015-03-31): Invoke, GetFunction, GetFunctionConfiguration, ListFunctions,
 * ListVersionsByFunction, GetAlias, ListAliases.
 */
export function createLambdaService(options: LambdaServiceOptions): Service {
  return async (request, caller) => {
    try {
      return await route(request, caller, options);
    } catch (error) {
      if (error instanceof AwsError) return failure(error);
      options.warn(`Lambda failed at ${request.method} ${request.url}: ${String(error)}`);
      return failure(new AwsError("ServiceException", "An internal error occurred.", 500, { cause: error }));
    }
  };
}

async function route(request: Request, caller: Caller, options: LambdaServiceOptions): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [whole, encoded, part, alias] = path.exec(pathname) ?? [];
  const qualifier = searchParams.get("Qualifier") ?? undefined;
  if (whole === undefined) throw unknownOperation(request, pathname);
  if (request.method === "POST" && encoded !== undefined && part === "invocations") {
    return invoke(request, caller, decodeURIComponent(encoded), qualifier, options);
  }
  if (request.method !== "GET") throw unknownOperation(request, pathname);
  const { authorizer, resolve } = options;
  if (encoded === undefined) {
    authorizer.authorize(caller, "lambda:ListFunctions", "*");
    return Response.json(listFunctions(options.listed(), searchParams));
  }
  const target = resolve(decodeURIComponent(encoded), qualifier);
  const view = (): object => functionView(target.definition, options.listed().modifiedAt(target.definition), target);
  if (part === "configuration") {
    authorizer.authorize(caller, "lambda:GetFunctionConfiguration", target.arn);
    return Response.json(view());
  }
  if (part === "aliases") {
    authorizer.authorize(caller, alias === undefined ? "lambda:ListAliases" : "lambda:GetAlias", target.definition.arn);
    if (alias === undefined) return Response.json(listAliases(target.definition, searchParams));
    const found = target.definition.aliases.find(({ name }) => name === decodeURIComponent(alias));
    if (!found)
      throw new AwsError("ResourceNotFoundException", `Cannot find alias arn: ${target.definition.arn}:${alias}`, 404);
    return Response.json(aliasView(found));
  }
  if (part === "versions") {
    authorizer.authorize(caller, "lambda:ListVersionsByFunction", target.definition.arn);
    return Response.json(listVersions(options.listed(), target.definition, searchParams));
  }
  authorizer.authorize(caller, "lambda:GetFunction", target.arn);
  const { imageUri, reservedConcurrency } = target.definition;
  return Response.json({
    Configuration: view(),
    Code: { RepositoryType: "ECR", ImageUri: imageUri, ResolvedImageUri: imageUri },
    ...(reservedConcurrency < 0 ? {} : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  });
}

async function invoke(
  request: Request,
  caller: Caller,
  functionArn: string,
  qualifier: string | undefined,
  { invoke: run, resolve, access, warn }: LambdaServiceOptions,
): Promise<Response> {
  const type = request.headers.get("x-amz-invocation-type") ?? "RequestResponse";
  const text = await request.text();
  const payload = text === "" ? "{}" : text;
  checkJson(payload);
  const clientContext = decodeContext(request.headers.get("x-amz-client-context"));
  const call: InvokeRequest = {
    functionArn,
    payload,
    caller,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(clientContext === undefined ? {} : { clientContext }),
  };
  if (type === "DryRun") {
    access.check(caller, resolve(functionArn, qualifier));
    return new Response(null, { status: 204 });
  }
  if (type === "Event") {
    access.check(caller, resolve(functionArn, qualifier));
    // Lambda would retry a failed asynchronous invocation twice, minutes later. That is not implemented, because no
    // service here invokes functions asynchronously.
    run(call).catch((error: unknown) => warn(`An asynchronous call of ${functionArn} failed: ${String(error)}`));
    return new Response(null, { status: 202 });
  }
  if (type !== "RequestResponse") {
    const message = `Invocation type "${type}" is not one of RequestResponse, Event, DryRun.`;
    throw new AwsError("InvalidParameterValueException", message);
  }
  const answer = await run(call);
  const wantsLog = request.headers.get("x-amz-log-type") === "Tail";
  return new Response(answer.payload, { headers: invocationHeaders(answer, wantsLog) });
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = `Could not parse request body into json: ${(cause as Error).message}`;
    throw new AwsError("InvalidRequestContentException", message, 400, { cause });
  }
}

function decodeContext(header: string | null): string | undefined {
  if (header === null) return undefined;
  const text = Buffer.from(header, "base64").toString("utf8");
  checkJson(text);
  return text;
}

function unknownOperation(request: Request, pathname: string): AwsError {
  const message = `This machine's Lambda has no operation ${request.method} ${pathname}.`;
  return new AwsError("UnknownOperationException", message, 404);
}

function failure(error: AwsError): Response {
  const body = {
    Type: error.status < 500 ? "User" : "Service",
    Message: error.message,
    message: error.message,
    ...(error instanceof TooManyRequests ? { Reason: error.reason } : {}),
  };
  return Response.json(body, { status: error.status, headers: { "x-amzn-errortype": error.name } });
}
