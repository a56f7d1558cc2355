import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { attempt } from "../support/command.ts";
import { pythonCommands } from "../support/tools.ts";
import type { Verdict } from "../support/verdict.ts";

const folder = path.resolve(import.meta.dirname, "../../../docs/iam");
/** Characters of a managed policy, white space not counted (IAM quotas). */
const managedPolicyCharacters = 6_144;

/** Carries AWS's own schemas of resources and policies. */
export const cfnLint = ["cfn-lint", ["cfn-lint==1.58.0"]] as const;

const strings = z.array(z.string());
const Policy = z.object({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.looseObject({ Sid: z.string(), Effect: z.literal("Allow"), Action: strings, Resource: strings.optional() }),
  ),
});

/** The placeholders of the files, as they would be filled. */
const filled: Readonly<Record<string, string>> = {
  ACCOUNT_ID: "123456789012",
  REGION: "us-east-1",
  STATE_BUCKET: "example-pulumi-state",
  ORGANISATION: "example",
  REPOSITORY: "deep-learning-workflow",
  STACK: "prod",
};

/** A policy file with its placeholders filled. */
export function read(name: string, fills: Readonly<Record<string, string>> = filled): z.infer<typeof Policy> {
  const text = readFileSync(path.join(folder, `${name}.json`), "utf8");
  return Policy.parse(JSON.parse(text.replace(/[A-Z_]{5,}/g, (word) => fills[word] ?? word)));
}

/** cfn-lint knows every action of IAM and the shape of a policy; what the roles may do is checked beside it. */
export async function judgePolicies(verdict: Verdict): Promise<void> {
  const roles = { preview: ["preview-role"], deploy: ["preview-role", "deploy-role"] } as const;
  for (const [role, policies] of Object.entries(roles)) {
    await verdict.check(`cfn-lint accepts the ${role} role, its trust and its policies`, () =>
      lint(
        template(
          read(`${role}-trust`),
          policies.map((name) => read(name)),
        ),
      ),
    );
  }
  await verdict.check("cfn-lint is not blind: it finds a planted action that does not exist", async () => {
    const planted = read("deploy-role");
    planted.Statement[0]?.Action.push("s3:PutObjekt");
    try {
      await lint(template(read("deploy-trust"), [planted]));
    } catch {
      return "";
    }
    throw new Error('"s3:PutObjekt" passed');
  });

  for (const name of ["preview-role", "deploy-role"]) {
    const size = JSON.stringify(read(name)).length;
    verdict.claim(`${name} fits a managed policy`, size <= managedPolicyCharacters, `${size} characters`);
  }
  const previews = read("preview-role").Statement.flatMap(({ Action }) => Action);
  const writes = previews.filter((action) => !/:(Get|List|Describe|Batch(Get|Check)|Validate|GET)/.test(action));
  verdict.claim("the preview role only reads", writes.length === 0, writes.join(", "));
  for (const name of ["preview-trust", "deploy-trust"]) {
    const text = readFileSync(path.join(folder, `${name}.json`), "utf8");
    verdict.claim(`${name} names one whole subject`, !text.includes("*") && text.includes('"StringEquals"'));
  }
}

type Policies = readonly z.infer<typeof Policy>[];
function template(trust: z.infer<typeof Policy>, policies: Policies): object {
  const managed = policies.map((PolicyDocument, place): [string, object] => [
    `Policy${place}`,
    { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } },
  ]);
  const role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: managed.map(([name]) => ({ Ref: name })) },
  };
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: { ...Object.fromEntries(managed), Role: role } };
}

/** @throws what cfn-lint says from this level on; an unknown action is a warning of its. */
export async function lint(document: object, least: "warning" | "error" = "warning"): Promise<string> {
  const commands = await pythonCommands(...cfnLint);
  const scratch = mkdtempSync(path.join(os.tmpdir(), "dlw-cfn-"));
  try {
    const file = path.join(scratch, "template.json");
    writeFileSync(file, JSON.stringify(document, undefined, 1));
    const { code, output } = await attempt(path.join(commands, "cfn-lint"), [
      "--non-zero-exit-code",
      least,
      "--regions",
      "us-east-1",
      "--",
      file,
    ]);
    if (code !== 0) throw new Error(output.trim());
    return "";
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
