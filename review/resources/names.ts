import type { CapturedResource } from "../program/program.ts";
import { isReal } from "./identity.ts";

/** Short, readable names for the resources of both programs, used instead of ARNs and physical names. */
export class Names {
  readonly #prefix: string;
  /** Longest first, so that an ARN is replaced before the name that it contains. */
  readonly #physical: readonly (readonly [string, string])[];

  constructor(...programs: readonly (readonly CapturedResource[])[]) {
    const resources = programs.flat().filter(isReal);
    this.#prefix = commonPrefix(resources.map(({ name }) => name));
    const physical = new Map<string, string>();
    for (const resource of resources) {
      const { id, arn, name, repository } = resource.outputs;
      const nested = typeof repository === "object" && repository !== null ? Object.values(repository) : [];
      for (const text of [id, arn, name, ...nested]) {
        // A short id, such as that of an API Gateway resource, would match too many texts.
        if (typeof text !== "string" || text.length <= 12) continue;
        // The settings of a bucket or topic have its id. It is declared first, because they refer to it.
        if (!physical.has(text)) physical.set(text, this.of(resource));
      }
    }
    this.#physical = [...physical].sort(([a], [b]) => b.length - a.length);
  }

  /** The name without the common prefix: `classify` for `dlw-dev-classify`. */
  of({ name }: { readonly name: string }): string {
    return name.startsWith(this.#prefix) && name.length > this.#prefix.length ? name.slice(this.#prefix.length) : name;
  }

  /** Replaces the physical names and ARNs of the program's resources in a text with readable names. */
  within(text: string): string {
    return this.#physical.reduce((shown, [physical, name]) => shown.replaceAll(physical, name), text);
  }

  /** The name of the resource with this ARN, id or name. If there is none, the text itself. */
  ofPhysical(text: string): string {
    return this.#physical.find(([physical]) => physical === text)?.[1] ?? this.within(text);
  }
}

/** The common prefix of all names, up to a dash: `dlw-dev-`. A single resource has no prefix. */
function commonPrefix(names: readonly string[]): string {
  if (names.length < 2) return "";
  const [first = "", ...others] = names;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same += 1;
    length = same;
  }
  return first.slice(0, first.slice(0, length).lastIndexOf("-") + 1);
}

/** Nouns for types: `aws:s3/bucket:Bucket` is a "bucket". */
const nouns: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketObjectv2:BucketObjectv2": "object",
  "aws:cloudwatch/logGroup:LogGroup": "log group",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
  "aws:cloudwatch/dashboard:Dashboard": "dashboard",
  "aws:lambda/function:Function": "function",
  "aws:lambda/alias:Alias": "function alias",
  "aws:lambda/permission:Permission": "function permission",
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "provisioned concurrency",
  "aws:sfn/stateMachine:StateMachine": "workflow",
  "aws:sfn/alias:Alias": "workflow alias",
  "aws:apigateway/restApi:RestApi": "API",
  "aws:apigateway/apiKey:ApiKey": "API key",
  "aws:apigateway/response:Response": "error response",
  "aws:iam/role:Role": "role",
  "aws:sns/topic:Topic": "topic",
  "awsx:ecr:Repository": "image repository",
  "aws:ecr/repository:Repository": "image repository",
  "awsx:ecr:Image": "image",
  "docker-build:index:Image": "image build",
};

/** The noun for a type, such as "log group". A type without a noun is described by the words in its own name. */
export function nounOf(type: string): string {
  const known = nouns[type];
  if (known !== undefined) return known;
  const own = type.split(":").at(-1) ?? type;
  return own.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
