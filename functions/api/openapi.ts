import * as z from "zod";
import { ApiError, type ApiErrorCode, apiErrorStatus } from "../../contract/errors.ts";
import {
  ExampleExecution,
  ExecutionView,
  exampleNames,
  IdempotencyKey,
  ManifestTicket,
  StartedExecution,
  SyncResult,
  UploadRequest,
  UploadTicket,
} from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { ClassifyRequest, RetryRequest } from "../../contract/request.ts";
import { resultsContentTypes } from "../../contract/results.ts";
import { ImageResult } from "../../contract/workflow.ts";
import { groupBy } from "../../lib/group-by.ts";
import { requestExamples } from "./request-examples.ts";

const schemas = {
  ApiError,
  ClassifyRequest,
  ExampleExecution,
  ExecutionView,
  ImageResult,
  Results: z.array(ImageResult),
  RetryRequest,
  StartedExecution,
  SyncResult,
  UploadForm: z.union([UploadTicket, ManifestTicket]),
  UploadRequest,
};
type SchemaName = keyof typeof schemas;
const optionalBodies: readonly (SchemaName | "Input" | undefined)[] = ["Input", "RetryRequest"];

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly object[];
  readonly body?: SchemaName | "Input";
  readonly response: { readonly status: number; readonly description: string; readonly schema?: SchemaName };
  /** What the redirect of the response leads to, by content type. */
  readonly followed?: { readonly description: string; readonly schemas: Readonly<Record<string, SchemaName>> };
  readonly errors: readonly ApiErrorCode[];
}

const id = { name: "id", in: "path", required: true, schema: jsonSchema(IdempotencyKey) };
const example = { name: "name", in: "path", required: true, schema: { enum: exampleNames } };
const key = { name: "Idempotency-Key", in: "header", schema: jsonSchema(IdempotencyKey) };
const wait = {
  name: "wait",
  in: "query",
  description: "Seconds to wait for the end of the execution, up to the stack's maximum.",
  schema: { type: "integer", minimum: 0, maximum: apiLimits.mostWaitSeconds },
};
const reading = ["InvalidJson", "InvalidRequest", "UnsupportedMediaType", "PayloadTooLarge"] as const;
const started = { status: 202, description: "Started.", schema: "StartedExecution" } as const;

/** Every route of the API; a test compares it with the served routes. */
export const operations: Readonly<Record<string, Operation>> = {
  "POST /classify": {
    summary: "Start the classification of a list of images",
    parameters: [key],
    body: "ClassifyRequest",
    response: started,
    errors: [...reading, "BucketNotAllowed", "NotifyNotAllowed", "TooManyImages", "IdempotencyConflict"],
  },
  "POST /classify/sync": {
    summary: "Classify up to 16 images and wait for the results",
    body: "ClassifyRequest",
    response: { status: 200, description: "The results.", schema: "SyncResult" },
    errors: [...reading, "BucketNotAllowed", "TooManyImages", "TimedOut"],
  },
  "GET /executions/{id}": {
    summary: "Status of an execution, with its results once it has ended",
    parameters: [id, wait],
    response: { status: 200, description: "The execution.", schema: "ExecutionView" },
    errors: ["NotFound", "InvalidRequest"],
  },
  "GET /executions/{id}/results": {
    summary: "All results in request order, as one JSON list or, above the stack's limit, as lines of JSON",
    parameters: [id],
    response: { status: 302, description: "Location is a freshly signed URL." },
    followed: {
      description: "The results, for a client that follows the redirect.",
      schemas: { [resultsContentTypes.json]: "Results", [resultsContentTypes.jsonl]: "ImageResult" },
    },
    errors: ["NotFound", "ExecutionNotFinished"],
  },
  "POST /executions/{id}/retry": {
    summary: "Classify again what failed for a transient reason; the results are the full list",
    parameters: [id, key],
    body: "RetryRequest",
    response: started,
    errors: [
      ...reading,
      "NotFound",
      "NotifyNotAllowed",
      "ExecutionNotFinished",
      "NothingToRetry",
      "ResultsExpired",
      "IdempotencyConflict",
    ],
  },
  "DELETE /executions/{id}": {
    summary: "Stop an execution, or cancel its start",
    parameters: [id],
    response: { status: 202, description: "Stopped, or had already ended.", schema: "StartedExecution" },
    errors: ["NotFound"],
  },
  "POST /uploads": {
    summary: "A form to upload one photo or manifest of the given type and size",
    body: "UploadRequest",
    response: { status: 201, description: "The form, and the reference of the object.", schema: "UploadForm" },
    errors: [...reading],
  },
  "POST /examples/{name}": {
    summary: "Start an example workflow",
    parameters: [example],
    body: "Input",
    response: started,
    errors: [...reading, "NotFound"],
  },
  "GET /examples/branch-map-reduce": {
    summary: "Start the example branch-map-reduce with its default input",
    response: started,
    errors: ["NotFound"],
  },
  "GET /examples/{name}/executions/{id}": {
    summary: "Status and output of an example's execution",
    parameters: [example, id],
    response: { status: 200, description: "The execution.", schema: "ExampleExecution" },
    errors: ["NotFound"],
  },
  "GET /openapi.json": {
    summary: "This document",
    response: { status: 200, description: "An OpenAPI 3.1 document." },
    errors: [],
  },
};

/** The groups of operations: the first part of their paths. */
const tags: Readonly<Record<string, string>> = {
  classify: "Start the classification of images, or wait for it.",
  executions: "Status, results and end of what was started.",
  uploads: "Upload images and manifests to the stack's bucket.",
  examples: "The example workflows, where they are deployed.",
  openapi: "This document.",
};

/** Error codes that any route may return, mostly from the gateway. */
const anywhere = ["Forbidden", "TooManyRequests", "InternalError", "ServiceUnavailable"] as const;

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

function content(schema: object, examples: object = {}) {
  return { content: { "application/json": { schema, ...examples } } };
}

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });

/** The first part of a path, by which the document groups its operations. */
const tagOf = (path: string): string => path.split("/")[1]?.replace(/\..*$/, "") ?? "";

/** `getExecutionsIdResults` for `GET /executions/{id}/results`. */
function operationId(route: string): string {
  const [first = "", ...words] = route.split(/[^A-Za-z]+/).filter((word) => word !== "");
  return first.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function examplesOf(route: string): object {
  const examples = Object.entries(requestExamples[route] ?? {});
  return { examples: Object.fromEntries(examples.map(([name, value]) => [name, { value }])) };
}

function resultsIn({ description, schemas: byType }: NonNullable<Operation["followed"]>): object {
  const types = Object.entries(byType).map(([type, name]) => [type, { schema: reference(name) }]);
  return { description, content: Object.fromEntries(types) };
}

function describe(route: string, { summary, parameters, body, response, followed, errors }: Operation): object {
  const codes = groupBy([...errors, ...anywhere], (code) => apiErrorStatus[code]);
  const failures = [...codes].map(([status, names]) => [
    String(status),
    { description: names.join(" or "), ...content(reference("ApiError")) },
  ]);
  const schema = body === "Input" ? { type: "object" } : body && reference(body);
  const [, path = ""] = route.split(" ");
  return {
    operationId: operationId(route),
    tags: [tagOf(path)],
    summary,
    ...(parameters ? { parameters } : {}),
    ...(schema
      ? { requestBody: { required: !optionalBodies.includes(body), ...content(schema, examplesOf(route)) } }
      : {}),
    responses: {
      ...(followed && { 200: resultsIn(followed) }),
      [response.status]: {
        description: response.description,
        ...(response.schema ? content(reference(response.schema)) : {}),
      },
      ...Object.fromEntries(failures),
    },
  };
}

const security = {
  apiKey: { apiKey: { type: "apiKey", in: "header", name: "x-api-key" } },
  // OpenAPI has no scheme for Signature Version 4; API Gateway's exports describe it this way.
  iam: { sigv4: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" } },
  none: undefined,
} as const;

/** The API as an OpenAPI 3.1 document, generated from the schemas that validate requests. */
export function openApi(address: string, authentication: keyof typeof security): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(route, operation) };
  }
  const schemes = security[authentication];
  return {
    openapi: "3.1.0",
    info: {
      title: "Deep-learning workflow",
      version: "1",
      description: "Classifies images with Inception V3: one result per image, in the order of the request.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: address }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: schemes ? Object.keys(schemes).map((name) => ({ [name]: [] })) : [],
    paths,
    components: {
      ...(schemes && { securitySchemes: schemes }),
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)])),
    },
  };
}
