import { beforeAll, describe, expect, test } from "vitest";
import { integerFiles, modelFiles } from "../../../contract/model.ts";
import { previewFacts, previewSection } from "../../../review/preview/preview.ts";
import { copyAgain } from "../../support/project-copy.ts";
import { run } from "../support/command.ts";
import type { Driver, Verb } from "./drivers.ts";
import { type Operation, type Step, summary } from "./events.ts";
import { exactly, nothing, only } from "./expectations.ts";
import { leftovers } from "./leftovers.ts";
import { plantMark } from "./planted.ts";
import type { JournalLine } from "./session.ts";
import { callsIn } from "./table.ts";

export interface Life {
  readonly driver: () => Driver;
  /** Whether the `pulumi` command starts the program. Only the command can preview another checkout and print JSON. */
  readonly byCommand: boolean;
  readonly stack: string;
  /** The copy of the checkout that the driver runs. */
  readonly project: () => string;
  /** The operations that the providers have performed so far. */
  readonly journal: () => readonly JournalLine[];
  /** Endpoint of the AWS implementation in which the resources are created. */
  readonly account: () => string;
  /** Whether the model is moved to the bucket during the test. */
  readonly modelInBucket: boolean;
}

type Performed = (verb: Verb, annotate: (text: string) => Promise<unknown>) => Promise<Operation>;

/** Number of state machines that a release changes: those that call `classify` or, in dev, belong to the examples. */
const machinesOf = (stack: string) => (stack === "dev" ? 5 : 2);

/** A release: every machine that calls the function gets a version, and its alias routes traffic to that version. */
const released = (machines: number) => [
  ...Array<string>(machines).fill("update aws:sfn/alias:Alias routingConfigurations"),
  ...Array<string>(machines).fill("update aws:sfn/stateMachine:StateMachine definition"),
];
/** The previous image is kept: the engine removes it from its state without deleting it. */
const image = ["create docker-build:index:Image", "retain docker-build:index:Image"];
const moved = (machines: number) => [
  ...image,
  ...released(machines),
  "create dlw:infra:ModelObjects",
  ...[...modelFiles, ...integerFiles].map(() => "create aws:s3/bucketObjectv2:BucketObjectv2"),
  "update aws:iam/rolePolicy:RolePolicy policy",
  "update aws:lambda/function:Function environment imageUri",
];

/**
 * Tests the whole life of a stack with one driver, from the first preview to the destroy. Each test continues from the
 * previous one.
 */
export function testLife({ driver, byCommand, stack, project, journal, account, modelInBucket }: Life): void {
  /** Performs an operation, and prints what it did and which calls the providers received. */
  const performed: Performed = async (verb, annotate) => {
    const before = journal().length;
    const operation = await driver().perform(verb);
    await annotate(summary(operation));
    await annotate(callsIn(journal().slice(before)));
    return operation;
  };
  const perform = (verb: Verb, claim: string, check: (operation: Operation) => void): void => {
    test(claim, async ({ annotate }) => check(await performed(verb, annotate)));
  };

  let promised: readonly Step[] = [];
  perform("preview", "a preview only creates", (operation) => {
    promised = operation.steps;
    only(operation, "create");
    expect(promised.length, "resources to create").toBeGreaterThanOrEqual(40);
  });
  perform("up", "the first update creates what the preview promised", (operation) => {
    only(operation, "create");
    const made = new Set(operation.steps.map(({ urn }) => urn));
    expect(promised.filter(({ urn }) => !made.has(urn))).toEqual([]);
  });
  perform("up", "a second update changes nothing", nothing);
  perform("preview", "a preview of the same program promises nothing", nothing);

  if (byCommand) testOtherCheckout(driver, project);

  const machines = machinesOf(stack);
  const memory = [...released(machines), "update aws:lambda/function:Function memorySize"];
  test("another memory size promises that function and a release", async ({ annotate }) => {
    await driver().configure("classifyMemory", "2048");
    exactly(memory)(await performed("preview", annotate));
  });
  perform("up", "another memory size changes that function and makes a release, and nothing else", exactly(memory));

  const rebuilt = [...image, ...released(machines), "update aws:lambda/function:Function imageUri"];
  describe("one byte of classify", () => {
    beforeAll(() => plantMark(project(), 2));
    if (byCommand) testComment(driver, stack);
    perform("up", "changes its image and its function, makes a release, and deletes no image", exactly(rebuilt));
  });
  if (modelInBucket) {
    test("the model moves to the bucket with its image, its grant and its function alone", async ({ annotate }) => {
      await driver().configure("modelSource", "bucket");
      exactly(moved(machines))(await performed("up", annotate));
    });
  }
  perform("refresh", "a refresh finds everything as it was left", nothing);
  if (stack === "prod") testProtection(driver, performed);
  perform(
    "destroy",
    "destroy deletes everything that was made, and forgets the images and models that a release may need",
    ({ steps }) => {
      const kept = steps.filter(({ op }) => op !== "delete");
      expect([...new Set(kept.map(({ op, type }) => `${op} ${type}`))].sort()).toEqual([
        ...(modelInBucket ? ["retain aws:s3/bucketObjectv2:BucketObjectv2"] : []),
        "retain awsx:ecr:Image",
        "retain docker-build:index:Image",
      ]);
    },
  );
  test("nothing is left in the account", async () => {
    expect(await leftovers(account())).toEqual([]);
    await driver().remove();
  });
}

/** The location of the checkout and the modes of its files must not lead to a different image. */
function testOtherCheckout(driver: () => Driver, project: () => string): void {
  test("another checkout under umask 077 promises nothing", async ({ annotate }) => {
    const { previewFrom } = driver();
    if (!previewFrom) throw new Error("this driver does not start the program itself");
    const other = copyAgain(project());
    const before = process.umask(0o077);
    try {
      await run("chmod", ["-R", "go=", other.folder]);
      const operation = await previewFrom(other.folder);
      await annotate(summary(operation));
      nothing(operation);
    } finally {
      process.umask(before);
      other.remove();
    }
  });
}

/** The comment of the GitHub workflow, generated from the real engine's preview. */
function testComment(driver: () => Driver, stack: string): void {
  test("makes the pull request's comment say that the image is rebuilt", async ({ annotate }) => {
    const { previewJson } = driver();
    if (!previewJson) throw new Error("this driver does not print its preview as JSON");
    const text = await previewJson();
    const written = previewSection(previewFacts(stack, text));
    await annotate(written.split("\n").find((line) => line.startsWith("###")) ?? "");
    for (const part of ["image build", "is created", "`imageUri`"]) expect(written).toContain(part);
  });
}

/**
 * Production data survives a destroy. To delete it, a setting must be changed and the stack updated; the update also
 * restores resources that were deleted.
 */
function testProtection(driver: () => Driver, performed: Performed): void {
  test("destroy refuses to delete protected data", async () => {
    // The engine stops at the first refusal: its own for the bucket, or the registry's for images that are left.
    await expect(driver().perform("destroy")).rejects.toThrow(/is protected|still contains images/);
  });
  test('without "removalProtection" an update makes the stack whole and removable', async ({ annotate }) => {
    await driver().configure("removalProtection", "false");
    await performed("up", annotate);
  });
}
