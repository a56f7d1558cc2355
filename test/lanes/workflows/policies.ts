import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const folder = path.resolve(import.meta.dirname, "../../../docs/iam");
const strings = z.array(z.string());
const Policy = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.looseObject({ Sid: z.string(), Effect: z.literal("Allow"), Action: strings, Resource: strings.optional() }),
  ),
});
export type Policy = z.infer<typeof Policy>;

/** Example values for the placeholders in the files. */
const filled: Readonly<Record<string, string>> = {
  ACCOUNT_ID: "123456789012",
  REGION: "us-east-1",
  STATE_BUCKET: "example-pulumi-state",
  ORGANISATION: "example",
  REPOSITORY: "deep-learning-workflow",
  STACK: "prod",
};

/** The text of a policy file, including its placeholders. */
export function textOf(name: string): string {
  return readFileSync(path.join(folder, `${name}.json`), "utf8");
}

/** A policy file with its placeholders replaced. */
export function read(name: string, fills: Readonly<Record<string, string>> = filled): Policy {
  return Policy.parse(JSON.parse(textOf(name).replace(/[A-Z_]{5,}/g, (word) => fills[word] ?? word)));
}
