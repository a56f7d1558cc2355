import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { comment, Preview } from "../../../ci/preview-comment.ts";
import { modelFiles } from "../../../contract/model.ts";
import { run } from "../support/command.ts";
import type { Verdict } from "../support/verdict.ts";
import type { Driver, Verb } from "./drivers.ts";
import { type Operation, type Step, summary } from "./events.ts";
import { leftovers } from "./leftovers.ts";
import { copyAgain } from "./project.ts";

/** Text at the end of a bundled handler; one digit of it is the planted change. */
const planted = (digit: number): string => `\nexport const laneMark = ${digit};\n`;

export function plantMark(project: string): void {
  const file = handlerOf(project);
  writeFileSync(file, `${readFileSync(file, "utf8")}${planted(1)}`);
}

function changeOneByte(project: string): void {
  const file = handlerOf(project);
  writeFileSync(file, readFileSync(file, "utf8").replace(planted(1), planted(2)));
}

const handlerOf = (project: string): string => path.join(project, "functions/classify/handler.ts");

export interface Life {
  readonly driver: Driver;
  readonly stack: string;
  /** The copy of the checkout that the driver runs. */
  readonly project: string;
  /** Address of the AWS that the resources are made in. */
  readonly account: string;
  /** Whether the model moves to the bucket on the way. */
  readonly modelInBucket: boolean;
}

const image = [
  "create docker-build:index:Image",
  "delete docker-build:index:Image",
  "update aws:lambda/alias:Alias functionVersion",
];
const moved = [
  ...image,
  "create dlw:infra:ModelObjects",
  ...modelFiles.map(() => "create aws:s3/bucketObjectv2:BucketObjectv2"),
  "update aws:iam/rolePolicy:RolePolicy policy",
  "update aws:lambda/function:Function environment imageUri",
];

/** The whole life of a stack under one driver, from the first preview to the end; each step is a claim. */
export async function judgeLife(
  verdict: Verdict,
  { driver, stack, project, account, modelInBucket }: Life,
): Promise<void> {
  const title = `${stack} by ${driver.name}`;
  const perform = async (verb: Verb, claim: string, holds: (operation: Operation) => string | undefined) => {
    await verdict.check(`${title}: ${claim}`, async () => {
      const operation = await driver.perform(verb);
      const objection = holds(operation);
      if (objection !== undefined) throw new Error(`${objection}\n${listed(operation.steps)}`);
      return summary(operation);
    });
  };

  let promised: readonly Step[] = [];
  await perform("preview", "a preview only creates", (operation) => {
    promised = operation.steps;
    return onlyOps(operation, "create") ?? (promised.length < 40 ? "there is hardly anything to create" : undefined);
  });
  if (promised.length === 0) return;
  await perform("up", "the first update creates what the preview promised", (operation) => {
    const made = new Set(operation.steps.map(({ urn }) => urn));
    const missing = promised.filter(({ urn }) => !made.has(urn));
    return onlyOps(operation, "create") ?? (missing.length > 0 ? `not made: ${listed(missing)}` : undefined);
  });
  await perform("up", "a second update changes nothing", nothing);
  await perform("preview", "a preview of the same program promises nothing", nothing);

  await judgeOtherCheckout(verdict, title, driver, project);

  await driver.configure("classifyMemory", "2048");
  const memory = ["update aws:lambda/alias:Alias functionVersion", "update aws:lambda/function:Function memorySize"];
  await perform("preview", "another memory size promises that function and its alias", exactly(memory));
  await perform("up", "another memory size changes that function and its alias, and nothing else", exactly(memory));

  changeOneByte(project);
  const rebuilt = [...image, "update aws:lambda/function:Function imageUri"];
  await judgeComment(verdict, title, driver, stack);
  await perform("up", "one byte of classify changes its image and its function, and nothing else", exactly(rebuilt));
  if (modelInBucket) {
    await driver.configure("modelSource", "bucket");
    await perform(
      "up",
      "the model moves to the bucket with its image, its grant and its function alone",
      exactly(moved),
    );
  }
  await perform("refresh", "a refresh finds everything as it was left", nothing);
  if (stack === "prod") await judgeProtection(verdict, title, driver);
  await perform("destroy", "destroy deletes everything that was made", (operation) => onlyOps(operation, "delete"));
  await verdict.check(`${title}: nothing is left in the account`, async () => {
    const left = await leftovers(account);
    if (left.length > 0) throw new Error(left.join(", "));
    await driver.remove();
    return undefined;
  });
}

/** Where the checkout is and which modes its files have must not make another image. */
async function judgeOtherCheckout(verdict: Verdict, title: string, driver: Driver, project: string): Promise<void> {
  const { previewFrom } = driver;
  if (!previewFrom) return;
  const other = copyAgain(project);
  const before = process.umask(0o077);
  try {
    await run("chmod", ["-R", "go=", other.folder]);
    await verdict.check(`${title}: another checkout under umask 077 promises nothing`, async () => {
      const operation = await previewFrom(other.folder);
      if (operation.steps.length > 0) throw new Error(listed(operation.steps));
      return summary(operation);
    });
  } finally {
    process.umask(before);
    other.remove();
  }
}

/** The comment of the GitHub workflow, made from the real engine's preview. */
async function judgeComment(verdict: Verdict, title: string, driver: Driver, stack: string): Promise<void> {
  const { previewJson } = driver;
  if (!previewJson) return;
  await verdict.check(`${title}: the pull request's comment says that the image is rebuilt`, async () => {
    const text = await previewJson();
    const preview = Preview.parse(JSON.parse(text.slice(text.indexOf("{"))));
    const written = comment({ [stack]: preview });
    for (const part of ["**image rebuilt**", "docker-build:index:Image", "`imageUri`"]) {
      if (!written.includes(part)) throw new Error(`"${part}" is not in:\n${written}`);
    }
    return written.split("\n").find((line) => line.startsWith("###")) ?? "";
  });
}

/** Production data outlives a destroy; the way out is a setting and an update, which also puts back what was deleted. */
async function judgeProtection(verdict: Verdict, title: string, driver: Driver): Promise<void> {
  await verdict.check(`${title}: destroy refuses to delete protected data`, async () => {
    const refusal = await driver.perform("destroy").then(
      () => "",
      (error: unknown) => String(error),
    );
    if (!/protect/.test(refusal)) throw new Error(`the refusal says: ${refusal.slice(0, 300)}`);
    return undefined;
  });
  await verdict.check(
    `${title}: without "removalProtection" an update makes the stack whole and removable`,
    async () => {
      await driver.configure("removalProtection", "false");
      return summary(await driver.perform("up"));
    },
  );
}

const nothing = ({ steps }: Operation): string | undefined => (steps.length === 0 ? undefined : "there are changes");

function onlyOps({ steps }: Operation, op: string): string | undefined {
  const others = steps.filter((step) => step.op !== op);
  return others.length > 0 ? `not only ${op}` : undefined;
}

/** Operation, type and changed properties of every step, as a sorted list. */
function exactly(expected: readonly string[]): (operation: Operation) => string | undefined {
  return ({ steps }) => {
    const found = steps.map(({ op, type, diffs }) => [op, type, ...(op === "update" ? diffs : [])].join(" ")).sort();
    return JSON.stringify(found) === JSON.stringify([...expected].sort())
      ? undefined
      : `expected ${expected.join(", ")}`;
  };
}

function listed(steps: readonly Step[]): string {
  return steps.map(({ op, type, name, diffs }) => `    ${op} ${type} ${name} ${diffs.join(",")}`).join("\n");
}
