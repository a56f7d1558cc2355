import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { attempt, run } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { cached, needCommands } from "../support/tools.ts";

const folder = path.resolve(import.meta.dirname, "../../../.github/workflows");
const actionlintVersion = "1.7.12";

const Job = z.looseObject({
  permissions: z.record(z.string(), z.string()).optional(),
  "timeout-minutes": z.number().optional(),
  uses: z.string().optional(),
  steps: z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() })).default([]),
});
const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), Job),
});

const files = readdirSync(folder).filter((file) => file.endsWith(".yml"));

/**
 * actionlint (with shellcheck for scripts) checks every workflow. Rules that it does not include are checked by the
 * other tests here.
 */
test("there are workflows to check", () => {
  expect(files.length).toBeGreaterThanOrEqual(3);
});

describe("actionlint", () => {
  const command = opened(async () => {
    await needCommands({ shellcheck: "shellcheck" });
    return actionlint();
  });

  test("accepts every workflow", async () => {
    await run(
      command(),
      files.map((file) => path.join(folder, file)),
    );
  });

  test("is not blind: it finds a planted misspelling", async ({ annotate }) => {
    const { code, output } = await lintPlanted(command());
    await annotate(output.split("\n")[0] ?? "");
    expect(code, "a job that needs an absent job").not.toBe(0);
  });
});

describe.each(files)("%s", (file) => {
  const text = textOf(file);
  const workflow = workflowOf(file);

  test("says in its header what it does", () => {
    expect(text).toMatch(/^# /);
  });

  test("grants nothing at the top", () => {
    expect(workflow.permissions).toEqual({});
  });

  test("never runs a fork's code with rights", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  });

  test("pins each action by commit and names its version", () => {
    expect(unpinned(text)).toEqual([]);
  });

  test("bounds every job in time", () => {
    const jobs = Object.entries(workflow.jobs);
    const untimed = jobs.filter(([, job]) => !job.uses && job["timeout-minutes"] === undefined);
    expect(untimed.map(([name]) => name)).toEqual([]);
  });

  test("puts no expression into a script", () => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    expect(steps.filter((step) => step.run?.includes("${{"))).toEqual([]);
  });
});

/** Only previews and deployments get a token. Checks run for forks too, and can only read the source. */
describe("rights", () => {
  test("checks.yml has no credential: its jobs read the source and nothing else", () => {
    for (const { permissions } of Object.values(workflowOf("checks.yml").jobs)) {
      expect(permissions).toEqual({ contents: "read" });
    }
  });

  test("checks.yml uses no secret", () => {
    expect(textOf("checks.yml")).not.toContain("secrets.");
  });

  test("preview.yml runs for the repository's own branches only", () => {
    const own = "github.event.pull_request.head.repo.full_name == github.repository";
    expect(workflowOf("preview.yml").jobs["preview"]?.["if"]).toBe(own);
  });

  test("review.yml reads the source and nothing else, and has no secret: it runs for forks", () => {
    expect(workflowOf("review.yml").jobs["review"]?.permissions).toEqual({ contents: "read" });
    expect(textOf("review.yml")).not.toContain("secrets.");
  });

  test("preview.yml cannot comment: comment.yml does, from names alone", () => {
    expect(Object.keys(workflowOf("preview.yml").jobs["preview"]?.permissions ?? {})).not.toContain("pull-requests");
  });

  test("comment.yml may comment, and runs no code of the change", () => {
    const { comment } = workflowOf("comment.yml").jobs;
    expect(comment?.permissions).toEqual({ actions: "read", contents: "read", "pull-requests": "write" });
    const [checkout] = comment?.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")) ?? [];
    expect(checkout).toMatchObject({ with: { ref: "${{ github.event.repository.default_branch }}" } });
    expect(textOf("comment.yml")).not.toContain("secrets.");
  });

  test("deployments run under the environment of their stack, whose rules ask for approval", () => {
    expect(workflowOf("deploy-stack.yml").jobs["up"]?.["environment"]).toBe("${{ inputs.stack }}");
  });

  test("prod is deployed after dev", () => {
    expect(workflowOf("deploy.yml").jobs["prod"]?.["needs"]).toBe("dev");
  });
});

/** Lanes of .ci/run that do not run on GitHub, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  corpus: "needs labelled photos, which are not in the repository",
  fidelity: "needs labelled photos, which are not in the repository",
  recordings: "needs recordings of AWS, which are not in the repository",
  fresh: "is what the job of tests does: a checkout, then npm test",
};

/** Everything that the project checks locally is also checked on pull requests. */
test("checks.yml runs every lane of .ci/run but those with a reason", async ({ annotate }) => {
  const script = readFileSync(path.resolve(folder, "../../.ci/run"), "utf8");
  const lanes = [...script.matchAll(/^lane \S+ npm run test:(\S+)/gm)].map(([, lane = ""]) => lane);
  expect(lanes.length).toBeGreaterThan(5);
  const checks = textOf("checks.yml");
  const matrix = /lane: \[(.*)\]/.exec(checks)?.[1]?.split(", ") ?? [];
  const missing = lanes.filter((lane) => !matrix.includes(lane) && !checks.includes(`npm run test:${lane}`));
  await annotate(`${missing.length} with a reason of ${lanes.length}`);
  expect(missing.filter((lane) => !(lane in elsewhere))).toEqual([]);
});

function textOf(file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

function workflowOf(file: string): z.infer<typeof Workflow> {
  return Workflow.parse(parse(textOf(file)));
}

function unpinned(text: string): readonly string[] {
  const uses = [...text.matchAll(/uses: *(.+)$/gm)].map(([, reference = ""]) => reference.trim());
  return uses.filter((reference) => !reference.startsWith("./") && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference));
}

async function actionlint(): Promise<string> {
  const location = await cached(`actionlint-${actionlintVersion}`, async (scratch) => {
    mkdirSync(scratch, { recursive: true });
    await run("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${actionlintVersion}`], {
      environment: { ...process.env, GOBIN: scratch, GOFLAGS: "-buildvcs=false" },
    });
  });
  return path.join(location, "actionlint");
}

async function lintPlanted(command: string) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "dlw-actionlint-"));
  try {
    const file = path.join(scratch, "planted.yml");
    writeFileSync(file, textOf("deploy.yml").replace("needs: dev", "needs: development"));
    return await attempt(command, [file]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
