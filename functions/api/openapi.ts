import * as z from "zod";
import { ApiError, type ApiErrorCode, apiErrorStatus } from "../../contract/errors.ts";
import {
  ExampleExecution,
  ExecutionView,
  exampleNames,
  IdempotencyKey,
  StartedExecution,
  SyncResult,
  UploadRequest,
  UploadTicket,
} from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { ClassifyRequest } from "../../contract/request.ts";
import { groupBy } from "../../lib/group-by.ts";

const schemas = {
  ApiError,
  ClassifyRequest,
  ExampleExecution,
  ExecutionView,
  StartedExecution,
  SyncResult,
  UploadRequest,
  UploadTicket,
};
type SchemaName = keyof typeof schemas;

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly object[];
  readonly body?: SchemaName | "Input";
  readonly answer: { readonly status: number; readonly description: string; readonly schema?: SchemaName };
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
    answer: started,
    errors: [...reading, "BucketNotAllowed", "NotifyNotAllowed", "TooManyImages", "IdempotencyConflict"],
  },
  "POST /classify/sync": {
    summary: "Classify up to 16 images and wait for the results",
    body: "ClassifyRequest",
    answer: { status: 200, description: "The results.", schema: "SyncResult" },
    errors: [...reading, "BucketNotAllowed", "TooManyImages", "TimedOut"],
  },
  "GET /executions/{id}": {
    summary: "Status of an execution, with its results once it has ended",
    parameters: [id, wait],
    answer: { status: 200, description: "The execution.", schema: "ExecutionView" },
    errors: ["NotFound", "InvalidRequest"],
  },
  "GET /executions/{id}/results": {
    summary: "All results as one JSON list, in request order",
    parameters: [id],
    answer: { status: 302, description: "Location is a freshly signed URL." },
    errors: ["NotFound", "ExecutionNotFinished"],
  },
  "DELETE /executions/{id}": {
    summary: "Stop an execution",
    parameters: [id],
    answer: { status: 202, description: "Stopped, or had already ended.", schema: "StartedExecution" },
    errors: ["NotFound"],
  },
  "POST /uploads": {
    summary: "A form to upload one photo of the given type and size",
    body: "UploadRequest",
    answer: { status: 201, description: "The form, and the photo's reference.", schema: "UploadTicket" },
    errors: [...reading],
  },
  "POST /examples/{name}": {
    summary: "Start an example workflow",
    parameters: [example],
    body: "Input",
    answer: started,
    errors: [...reading, "NotFound"],
  },
  "GET /examples/branch-map-reduce": {
    summary: "Start the example branch-map-reduce with its default input",
    answer: started,
    errors: ["NotFound"],
  },
  "GET /examples/{name}/executions/{id}": {
    summary: "Status and output of an example's execution",
    parameters: [example, id],
    answer: { status: 200, description: "The execution.", schema: "ExampleExecution" },
    errors: ["NotFound"],
  },
  "GET /openapi.json": {
    summary: "This document",
    answer: { status: 200, description: "An OpenAPI 3.1 document." },
    errors: [],
  },
};

/** Error codes that any route may return, mostly from the gateway. */
const anywhere = ["Forbidden", "TooManyRequests", "InternalError", "ServiceUnavailable"] as const;

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return rest;
}

function content(schema: object) {
  return { content: { "application/json": { schema } } };
}

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` });

function describe({ summary, parameters, body, answer, errors }: Operation): object {
  const codes = groupBy([...errors, ...anywhere], (code) => apiErrorStatus[code]);
  const failures = [...codes].map(([status, names]) => [
    String(status),
    { description: names.join(" or "), ...content(reference("ApiError")) },
  ]);
  const schema = body === "Input" ? { type: "object" } : body && reference(body);
  return {
    summary,
    ...(parameters ? { parameters } : {}),
    ...(schema ? { requestBody: { required: body !== "Input", ...content(schema) } } : {}),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(answer.schema ? content(reference(answer.schema)) : {}),
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
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) };
  }
  const schemes = security[authentication];
  return {
    openapi: "3.1.0",
    info: { title: "Deep-learning workflow", version: "1" },
    servers: [{ url: address }],
    security: schemes ? Object.keys(schemes).map((name) => ({ [name]: [] })) : [],
    paths,
    components: {
      ...(schemes && { securitySchemes: schemes }),
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)])),
    },
  };
}
