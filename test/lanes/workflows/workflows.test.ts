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
  steps: z
    .array(
      z.looseObject({
        uses: z.string().optional(),
        run: z.string().optional(),
        with: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
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

/** The workflows that run for a pull request, with those that they call: its own code runs in them. */
const forPullRequests = files.filter((file) => "pull_request" in workflowOf(file).on);
const ownBranches = "github.event.pull_request.head.repo.full_name == github.repository";

/** The jobs of a workflow and of the workflows that it calls. */
function jobsOf(file: string): readonly z.infer<typeof Job>[] {
  return Object.values(workflowOf(file).jobs).flatMap((job) =>
    job.uses?.startsWith("./") ? [job, ...jobsOf(path.basename(job.uses))] : [job],
  );
}

/** Only previews, deployments and the try-out get a token. Checks run for forks too, and can only read the source. */
describe("rights", () => {
  test("checks.yml has no credential: its jobs read the source and nothing else", () => {
    for (const { permissions } of Object.values(workflowOf("checks.yml").jobs)) {
      expect(permissions).toEqual({ contents: "read" });
    }
  });

  test.each(files)("%s needs no secret: roles are assumed by OIDC, and a key of AWS encrypts the state", (file) => {
    expect(textOf(file)).not.toContain("secrets.");
    expect(textOf(file)).not.toMatch(/secrets:|PASSPHRASE/);
  });

  test("review.yml reads the source and nothing else: it runs for forks", () => {
    expect(workflowOf("review.yml").jobs["review"]?.permissions).toEqual({ contents: "read" });
  });

  test("comment.yml may comment, and runs no code of the change", () => {
    const { comment } = workflowOf("comment.yml").jobs;
    expect(comment?.permissions).toEqual({ actions: "read", contents: "read", "pull-requests": "write" });
    const [checkout] = comment?.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")) ?? [];
    expect(checkout).toMatchObject({ with: { ref: "${{ github.event.repository.default_branch }}" } });
  });
});

describe("previews", () => {
  test.each([
    ["preview.yml", "dev"],
    ["preview-prod.yml", "prod"],
  ])("%s runs for the repository's own branches only, for one stack", (file, stack) => {
    expect(workflowOf(file).jobs[stack]).toMatchObject({
      if: ownBranches,
      uses: "./.github/workflows/preview-stack.yml",
      with: { stack, report: path.parse(file).name },
    });
  });

  test("run in separate environments, never in those of deployments", () => {
    expect(workflowOf("preview-stack.yml").jobs["preview"]?.["environment"]).toBe("${{ inputs.stack }}-preview");
  });

  test("cannot comment: comment.yml does, from names alone", () => {
    for (const job of jobsOf("preview.yml")) expect(Object.keys(job.permissions ?? {})).not.toContain("pull-requests");
  });

  test("comment.yml knows each of them by its name", () => {
    const { workflows } = z
      .object({ workflows: z.array(z.string()) })
      .parse(workflowOf("comment.yml").on["workflow_run"]);
    const names = ["review.yml", "preview.yml", "preview-prod.yml"].map((file) => workflowOf(file)["name"]);
    expect(workflows).toEqual(names);
  });
});

describe("what runs for a pull request", () => {
  test("is known", () => {
    expect(forPullRequests.sort()).toEqual(["checks.yml", "preview-prod.yml", "preview.yml", "review.yml"]);
  });

  test.each(forPullRequests)("%s reaches no environment but that of a preview", (file) => {
    const environments = jobsOf(file).flatMap((job) => (job["environment"] === undefined ? [] : [job["environment"]]));
    expect(environments.filter((each) => each !== "${{ inputs.stack }}-preview")).toEqual([]);
  });

  test.each(forPullRequests)("%s names no role but that of a preview", (file) => {
    const roles = jobsOf(file).flatMap(({ steps }) =>
      steps.flatMap(({ with: inputs }) => (inputs?.["role-to-assume"] === undefined ? [] : [inputs["role-to-assume"]])),
    );
    expect(roles.filter((role) => role !== "${{ vars.PREVIEW_ROLE_ARN }}")).toEqual([]);
  });
});

/** The jobs that may request a token of GitHub's provider. */
const withToken = files.flatMap((file) =>
  Object.entries(workflowOf(file).jobs)
    .filter(([, { permissions, uses }]) => permissions?.["id-token"] === "write" && uses === undefined)
    .map(([name, job]) => [`${file} ${name}`, job] as const),
);

describe.each(withToken)("%s", (_name, { steps }) => {
  test("installs before it has credentials, and runs no script of a package", () => {
    const installs = steps.findIndex(({ run: script }) => script === "npm ci --ignore-scripts");
    const credentials = steps.findIndex(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
    expect(installs).toBeGreaterThanOrEqual(0);
    expect(credentials).toBeGreaterThan(installs);
    const scripts = steps.flatMap(({ run: script = "" }) => script.split("\n"));
    expect(scripts.filter((line) => /npm (ci|i|install|rebuild)\b/.test(line))).toEqual(["npm ci --ignore-scripts"]);
  });
});

describe("deployments", () => {
  test("run under the environment of their stack, whose rules ask for approval, and from main alone", () => {
    expect(workflowOf("deploy-stack.yml").jobs["up"]).toMatchObject({
      environment: "${{ inputs.stack }}",
      if: "github.ref == 'refs/heads/main'",
    });
  });

  test("wait for the checks; prod waits for dev, and so for its smoke test", () => {
    const { dev, prod } = workflowOf("deploy.yml").jobs;
    expect(workflowOf("deploy.yml").jobs["checks"]?.uses).toBe("./.github/workflows/checks.yml");
    expect([dev?.["needs"], prod?.["needs"]]).toEqual(["checks", "dev"]);
  });

  test("compare with the golden predictions after the update, and then move traffic", () => {
    const scripts = workflowOf("deploy-stack.yml").jobs["up"]?.steps.flatMap(({ run: script }) => script ?? []) ?? [];
    const at = (part: string) => scripts.findIndex((script) => script.includes(part));
    expect(at("pulumi up")).toBeGreaterThan(0);
    expect(at("npm run smoke")).toBeGreaterThan(at("pulumi up"));
    expect(at("npm run release")).toBeGreaterThan(at("npm run smoke"));
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
  const lanes = [...script.matchAll(/^ *lane \S+ npm run test:(\S+)/gm)].map(([, lane = ""]) => lane);
  expect(lanes.length).toBeGreaterThan(5);
  const checks = textOf("checks.yml");
  expect(checks, "the full form of every lane").not.toContain("QUICK");
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
