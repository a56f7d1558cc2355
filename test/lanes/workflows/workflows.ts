import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { attempt, run } from "../support/command.ts";
import { cached, needCommands } from "../support/tools.ts";
import type { Verdict } from "../support/verdict.ts";

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

/** actionlint (with shellcheck for the scripts) reads every workflow; rules that it does not know are checked beside it. */
export async function judgeWorkflows(verdict: Verdict): Promise<void> {
  await needCommands({ shellcheck: "shellcheck" });
  const command = await actionlint();
  const files = readdirSync(folder).filter((file) => file.endsWith(".yml"));
  verdict.claim("there are workflows to judge", files.length >= 3, files.join(", "));

  await verdict.check("actionlint accepts every workflow", async () => {
    await run(
      command,
      files.map((file) => path.join(folder, file)),
    );
    return `${files.length} files`;
  });
  await verdict.check("actionlint is not blind: it finds a planted misspelling", () => findsPlanted(command));

  for (const file of files) {
    const text = readFileSync(path.join(folder, file), "utf8");
    const workflow = Workflow.parse(parse(text));
    verdict.claim(`${file} says in its header what it does`, text.startsWith("# "));
    verdict.claim(`${file} grants nothing at the top`, Object.keys(workflow.permissions).length === 0);
    verdict.claim(`${file} never runs a fork's code with rights`, !("pull_request_target" in workflow.on));
    const loose = unpinned(text);
    verdict.claim(`${file} pins each action by commit and names its version`, loose.length === 0, loose.join("; "));
    const untimed = Object.entries(workflow.jobs).filter(
      ([, job]) => !job.uses && job["timeout-minutes"] === undefined,
    );
    verdict.claim(`${file} bounds every job in time`, untimed.length === 0, untimed.map(([name]) => name).join(", "));
    const injected = Object.values(workflow.jobs).flatMap(({ steps }) =>
      steps.filter((step) => step.run?.includes("${{")),
    );
    verdict.claim(`${file} puts no expression into a script`, injected.length === 0);
  }
  judgeRights(verdict);
}

/** Who gets a token: only previews and deployments; checks, which run for forks, get nothing but the source. */
function judgeRights(verdict: Verdict): void {
  const read = (file: string) => Workflow.parse(parse(readFileSync(path.join(folder, file), "utf8")));
  const checks = Object.values(read("checks.yml").jobs);
  const onlySource = checks.every(({ permissions }) => JSON.stringify(permissions) === '{"contents":"read"}');
  verdict.claim("checks.yml has no credential: its jobs read the source and nothing else", onlySource);
  verdict.claim(
    "checks.yml uses no secret",
    !readFileSync(path.join(folder, "checks.yml"), "utf8").includes("secrets."),
  );
  judgeLanes(verdict);
  const preview = read("preview.yml").jobs["preview"];
  const own = preview?.["if"] === "github.event.pull_request.head.repo.full_name == github.repository";
  verdict.claim("preview.yml runs for the repository's own branches only", own);
  const deploy = read("deploy-stack.yml").jobs["up"];
  const guarded = deploy?.["environment"] === "${{ inputs.stack }}";
  verdict.claim("deployments run under the environment of their stack, whose rules ask for approval", guarded);
  const { prod } = read("deploy.yml").jobs;
  verdict.claim("prod is deployed after dev", prod?.["needs"] === "dev");
}

/** Lanes of .ci/run that do not run on GitHub, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  corpus: "needs labelled photos, which are not in the repository",
  fidelity: "needs labelled photos, which are not in the repository",
  fresh: "is what the job of tests does: a checkout, then npm test",
};

/** What the project checks by itself, it checks on pull requests too. */
function judgeLanes(verdict: Verdict): void {
  const script = readFileSync(path.resolve(folder, "../../.ci/run"), "utf8");
  const lanes = [...script.matchAll(/^lane \S+ npm run test:(\S+)/gm)].map(([, lane = ""]) => lane);
  const checks = readFileSync(path.join(folder, "checks.yml"), "utf8");
  const matrix = /lane: \[(.*)\]/.exec(checks)?.[1]?.split(", ") ?? [];
  const missing = lanes.filter((lane) => !matrix.includes(lane) && !checks.includes(`npm run test:${lane}`));
  const unexplained = missing.filter((lane) => !(lane in elsewhere));
  verdict.claim(
    "checks.yml runs every lane of .ci/run but those with a reason",
    lanes.length > 5 && unexplained.length === 0,
    unexplained.join(", ") || `${missing.length} with a reason of ${lanes.length}`,
  );
}

function unpinned(text: string): readonly string[] {
  const uses = [...text.matchAll(/uses: *(.+)$/gm)].map(([, reference = ""]) => reference.trim());
  return uses.filter((reference) => !reference.startsWith("./") && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference));
}

async function actionlint(): Promise<string> {
  const place = await cached(`actionlint-${actionlintVersion}`, async (scratch) => {
    mkdirSync(scratch, { recursive: true });
    await run("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@v${actionlintVersion}`], {
      environment: { ...process.env, GOBIN: scratch, GOFLAGS: "-buildvcs=false" },
    });
  });
  return path.join(place, "actionlint");
}

async function findsPlanted(command: string): Promise<string> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "dlw-actionlint-"));
  try {
    const file = path.join(scratch, "planted.yml");
    const text = readFileSync(path.join(folder, "deploy.yml"), "utf8");
    writeFileSync(file, text.replace("needs: dev", "needs: development"));
    const { code, output } = await attempt(command, [file]);
    if (code === 0) throw new Error("a job that needs an absent job passed");
    return output.split("\n")[0] ?? "";
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
