import { z } from "zod";
import { mark } from "../report/report.ts";
import { jsonOf, mostBytes } from "./artifact.ts";
import type { GitHub } from "./github.ts";
import { commentText, type Upload } from "./text.ts";

/** The head of the pull request whose run has ended. The branch's name is the change's own text. */
export interface Head {
  readonly owner: string;
  readonly branch: string;
  readonly sha: string;
}

/** The workflows that preview a stack. Prod's waits for its reviewers, so it is a separate one. */
const previews = ["preview", "preview-prod"];
/** The account of the token that comments. */
const bot = "github-actions[bot]";

const Pull = z.object({ number: z.number().int(), head: z.object({ sha: z.string() }) });
const Runs = z.object({ workflow_runs: z.array(z.object({ id: z.number().int(), status: z.string() })) });
const Artifacts = z.object({
  artifacts: z.array(z.object({ id: z.number().int(), name: z.string(), expired: z.boolean() })),
});
const Comment = z.object({
  id: z.number().int(),
  user: z.object({ login: z.string() }).nullable(),
  body: z.string().nullish(),
});

/**
 * Writes the one comment of the open pull request with this head, or updates it.
 * @returns what was done, in a sentence @throws ReviewError "GitHub"
 */
export async function publish(github: GitHub, head: Head): Promise<string> {
  const query = new URLSearchParams({ state: "open", head: `${head.owner}:${head.branch}` });
  const pulls = await github.list(`pulls?${query}`, Pull);
  const pull = pulls.find((each) => each.head.sha === head.sha);
  if (!pull) return "No open pull request has this commit as its head.";
  const review = await uploadOf(github, "review", head);
  const body = commentText(
    review ?? {},
    await Promise.all(previews.map((workflow) => uploadOf(github, workflow, head))),
  );
  const comments = await github.list(`issues/${pull.number}/comments`, Comment);
  const own = comments.find((each) => each.user?.login === bot && each.body?.startsWith(mark));
  if (own) await github.send("PATCH", `issues/comments/${own.id}`, { body });
  else await github.send("POST", `issues/${pull.number}/comments`, { body });
  return `The comment of pull request ${pull.number} is ${own ? "updated" : "written"}.`;
}

/** What the newest run of a workflow for the commit uploaded; undefined if it never ran. */
async function uploadOf(github: GitHub, workflow: string, { sha }: Head): Promise<Upload | undefined> {
  const query = new URLSearchParams({ event: "pull_request", head_sha: sha, per_page: "1" });
  const runs = await github.get(`actions/workflows/${workflow}.yml/runs?${query}`, Runs);
  const [run] = runs?.workflow_runs ?? [];
  if (!run) return undefined;
  if (run.status !== "completed") return "running";
  const found = await github.get(`actions/runs/${run.id}/artifacts?name=${workflow}`, Artifacts);
  const artifact = found?.artifacts.find(({ name, expired }) => name === workflow && !expired);
  const archive = artifact && (await github.bytes(`actions/artifacts/${artifact.id}/zip`, mostBytes));
  return archive ? { data: jsonOf(archive, `${workflow}.json`) } : {};
}
