import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isChecksumName } from "../../../packages/local-aws/src/s3/request/checksum.ts";
import { isAclHeader, refusalOf } from "../../../packages/local-aws/src/s3/request/refused-headers.ts";

const root = path.resolve(import.meta.dirname, "../../..");
/** The page with the table of parameters that have no effect. */
const page = path.join(root, "docs/clients.md");

/** The services by their boto3 names, with the folders of their implementations. */
export const served = { stepfunctions: "states", lambda: "lambda", logs: "logs", s3: "s3", sts: "sts" } as const;

/** A row of the table. The operation `*` stands for all operations of the service. */
export interface Ignored {
  readonly service: string;
  readonly operation: string;
  readonly parameter: string;
}

/** The rows of the page's table: service, operation, parameters in backticks, and the reason. */
export function ignoredParameters(): readonly Ignored[] {
  const rows = readFileSync(page, "utf8").matchAll(/^\| (\w+) \| ([\w*]+) \| (`.+`) \| .+ \|$/gm);
  return [...rows].flatMap(([, service = "", operation = "", parameters = ""]) =>
    [...parameters.matchAll(/`([^`]+)`/g)].map(([, parameter = ""]) => ({ service, operation, parameter })),
  );
}

/** Whether a service's source files mention a parameter, by AWS's name or by its name in the protocol. */
export function mentions(service: keyof typeof served): (names: readonly string[]) => boolean {
  const folder = path.join(root, "packages/local-aws/src", served[service]);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const text = files
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|test-support/.test(name))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
  const words = new Set(text.match(/[\w-]+/g));
  return (names) =>
    names.some((name) => words.has(name) || words.has(name.toLowerCase()) || isByPattern(name.toLowerCase()));
}

/**
 * Whether S3's source files handle a header by a pattern: headers that are refused, and checksums that are verified.
 */
function isByPattern(header: string): boolean {
  const checksum = /^x-amz-(?:sdk-)?checksum-(.+)$/.exec(header)?.[1] ?? "";
  return refusalOf(header) !== undefined || isAclHeader(header) || isChecksumName(checksum) || checksum === "algorithm";
}
