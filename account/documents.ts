import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

const folder = path.resolve(import.meta.dirname, "../docs/iam");
const strings = z.array(z.string());
const Policy = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.looseObject({ Sid: z.string(), Effect: z.literal("Allow"), Action: strings, Resource: strings.optional() }),
  ),
});
export type Policy = z.infer<typeof Policy>;

/** The policies of docs/iam. */
export type PolicyName = "preview" | "read" | "write" | "write-roles" | "release" | "live" | "boundary";
/** The trust policies of docs/iam. */
export type TrustName = "preview-trust" | "read-trust" | "deploy-trust";

/** Values of the placeholders in the documents. */
export interface Fills {
  readonly ACCOUNT_ID: string;
  readonly REGION: string;
  readonly STATE_BUCKET: string;
  readonly KEY_ARN: string;
  readonly ORGANISATION: string;
  readonly REPOSITORY: string;
  readonly STACK: string;
  /** The file of the only workflow that may deploy the stack. */
  readonly WORKFLOW: string;
  /** Buckets of other teams whose images may be classified: one resource for each. */
  readonly IMAGE_BUCKET: readonly string[];
  /** The partition of all ARNs. @default aws */
  readonly partition?: string;
}

/** The text of a document, with its placeholders. */
export function textOf(name: PolicyName | TrustName): string {
  return readFileSync(path.join(folder, `${name}.json`), "utf8");
}

/** A document of docs/iam with its placeholders replaced. A statement that is left without resources is left out. */
export function documentOf(name: PolicyName | TrustName, fills: Fills): Policy {
  const { IMAGE_BUCKET: buckets, partition = "aws", ...words } = fills;
  const values: Readonly<Record<string, string>> = words;
  const replaced = textOf(name)
    .replaceAll("arn:aws:", `arn:${partition}:`)
    .replace(/\b[A-Z_]{5,}\b/g, (word) => values[word] ?? word);
  const { Version, Statement } = Policy.parse(JSON.parse(replaced));
  const statements = Statement.map((statement) => {
    const { Resource } = statement;
    if (Resource === undefined) return statement;
    const resources = Resource.flatMap((arn) =>
      arn.includes("IMAGE_BUCKET") ? buckets.map((bucket) => arn.replace("IMAGE_BUCKET", bucket)) : [arn],
    );
    return { ...statement, Resource: resources };
  });
  return { Version, Statement: statements.filter(({ Resource }) => Resource?.length !== 0) };
}
