import { type Case, isObject, type Json, recordedOn } from "./case.ts";

export interface Difference {
  readonly path: string;
  readonly aws: Json | undefined;
  readonly ours: Json | undefined;
}

/** Fields that are unrelated to Step Functions, or that AWS returns only since the given day. */
const ignored = new Set(["timestamp", "ResponseMetadata", "stackTrace", "requestId", "billedDurationInMilliseconds"]);
const httpMetadata = new Set(["SdkHttpMetadata", "SdkResponseMetadata"]);
const since: Readonly<Record<string, string>> = {
  encryptionConfiguration: "2024-07-25",
  variableReferences: "2024-11-22",
  RedriveCount: "2023-11-16",
  redriveCount: "2023-11-16",
  redrive_count: "2023-11-16",
  redriveStatus: "2023-11-16",
  redriveStatusReason: "2023-11-16",
  pendingRedrive: "2023-11-16",
  failuresNotRedrivable: "2023-11-16",
};

/** Placeholders with which recordings replaced values that differ from run to run. */
const anything = new Set([
  "timestamp",
  "date",
  "datetime",
  "uuid",
  "RequestId",
  "request-id",
  "x-amzn-RequestId",
  "X-Amzn-Trace-Id",
  "x-amzn-requestid",
  "x-amz-crc32",
]);
const times: readonly (readonly [string, RegExp])[] = [
  ["2022-07-13T13:48:01.000Z", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ["2022-07-13T13:48:01Z", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
];
const placeholder = /<[A-Za-z][^<>]*>/;

/**
 * Converts a response of this runtime to the form of a recording: texts that contain a JSON object or array are parsed
 * once, and names are replaced.
 */
export function asRecorded(value: unknown, theCase: Case): Json {
  return masked(opened(value as Json), theCase);
}

/** Parses texts that contain a JSON object or array. Texts inside the parsed value stay texts. */
function opened(value: Json): Json {
  if (typeof value === "string") {
    if (!/^\s*[[{]/.test(value)) return value;
    try {
      return JSON.parse(value) as Json;
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(opened);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

export function masked(value: Json, theCase: Case): Json {
  let text = JSON.stringify(value);
  for (const [pattern, replacement] of theCase.patterns) {
    try {
      const next = text.replaceAll(new RegExp(pattern, "g"), () => replacement);
      JSON.parse(next);
      text = next;
    } catch {
      // A pattern in a different regex dialect, or one that would break the JSON, replaced nothing in the recording
      // either.
    }
  }
  return JSON.parse(text) as Json;
}

/** All differences between a recorded value and the value of this runtime. `path` uses JavaScript's notation. */
export function differences(
  aws: Json | undefined,
  ours: Json | undefined,
  theCase: Case,
  path: string,
): readonly Difference[] {
  if (aws === ours) return [];
  // In a recording, a replacement may have turned a numeric text into a number.
  if (typeof aws === "number" && ours === String(aws)) return [];
  if (typeof aws === "string" && ours !== undefined) {
    if (typeof ours === "string") return sameText(aws, ours, theCase) ? [] : [{ path, aws, ours }];
    // Recordings contain parsed JSON objects, but JSON arrays as texts.
    const data = typeof ours === "object" && /^\s*\[/.test(aws) ? opened(aws) : undefined;
    if (typeof data === "object") return differences(data, ours, theCase, path);
    return isAnything(aws, theCase) ? [] : [{ path, aws, ours }];
  }
  if (Array.isArray(aws) && Array.isArray(ours)) {
    if (aws.length !== ours.length) return [{ path: `${path}.length`, aws, ours }];
    return aws.flatMap((item, index) => differences(item, ours[index], theCase, `${path}[${index}]`));
  }
  if (isObject(aws) && isObject(ours)) {
    const keys = new Set([...Object.keys(aws), ...Object.keys(ours)]);
    return [...keys].flatMap((key) => {
      if (ignored.has(key) || httpMetadata.has(key)) return [];
      if (!(key in aws) && Object.hasOwn(since, key) && recordedOn(theCase) < (since[key] ?? "")) return [];
      return differences(aws[key], ours[key], theCase, `${path}.${key}`);
    });
  }
  return [{ path, aws, ours }];
}

function isAnything(text: string, theCase: Case): boolean {
  const [, quoted] = /^"([^"]*)"$/.exec(text) ?? [];
  if (quoted !== undefined && isAnything(quoted, theCase)) return true;
  return anything.has(text) || (theCase.tokens ?? []).includes(text) || /^<[^<>]*>$/.test(text);
}

const compiled = new Map<string, RegExp>();

function sameText(aws: string, ours: string, theCase: Case): boolean {
  if (aws === ours || isAnything(aws, theCase)) return true;
  const time = times.find(([text]) => text === aws);
  if (time !== undefined) return time[1].test(ours);
  const error = thrown(aws);
  // The stack trace of a thrown error depends on the function's code, so only the error is compared.
  if (error !== undefined && error === thrown(ours)) return true;
  if (!placeholder.test(aws)) return false;
  let form = compiled.get(aws);
  if (form === undefined) {
    const parts = aws.split(new RegExp(placeholder, "g")).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    form = new RegExp(`^${parts.join("[\\s\\S]*?")}$`);
    compiled.set(aws, form);
  }
  return form.test(ours);
}

function thrown(text: string): string | undefined {
  const type = /"errorType":\s*"([^"]*)"/.exec(text)?.[1];
  return type === undefined ? undefined : `${type} ${/"errorMessage":\s*"([^"]*)"/.exec(text)?.[1]}`;
}
