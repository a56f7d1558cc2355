import { execFile } from "node:child_process";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { dataOf } from "../report/data.ts";
import { mark, mostCharacters } from "../report/report.ts";
import { say } from "../report/sentence.ts";
import { notCompared } from "../stack-review.ts";
import { type Comment, githubServer, type Repository, token } from "./test-support/github-server.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";
const pulls = [
  { number: 6, head: { sha: "f".repeat(40) } },
  { number: 7, head: { sha } },
];
const honest = JSON.stringify(
  dataOf(
    "base",
    [
      notCompared("dev", [
        { section: "Resources", rule: "resource-updated", sentence: say`function ${"api"} is updated` },
      ]),
    ],
    {},
  ),
);
const archive = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, strToU8(content)])));
const review = (content: string): Uint8Array => archive({ "review.json": content });

let server: Awaited<ReturnType<typeof githubServer>>;
afterEach(() => server.close());

/** Runs the script of comment.yml as the workflow does. */
async function comment(repository: Repository, environment: NodeJS.ProcessEnv = {}) {
  server = await githubServer(repository);
  const command = ["--import", "tsx", path.join(import.meta.dirname, "main.ts")];
  return new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    const env = {
      PATH: process.env["PATH"],
      GITHUB_API_URL: server.api,
      GITHUB_REPOSITORY: "owner/repository",
      GITHUB_TOKEN: token,
      HEAD_OWNER: "owner",
      HEAD_BRANCH: 'a branch"; echo planted; "&state=all',
      HEAD_SHA: sha,
      ...environment,
    };
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

const state = (runs: Repository["runs"], comments: Comment[] = []) => ({ pulls, comments, runs });

describe("comment.yml", () => {
  it("writes one comment, updates it, and leaves those of people alone", async () => {
    // The comment of the review is on the second page.
    const people = Array.from({ length: 120 }, (_, id) => ({ id, user: { login: "person" }, body: `${mark} mine` }));
    const first = state({ review: review(honest) }, [...people, { id: 500, user: null, body: mark }]);
    expect(await comment(first)).toEqual({ code: 0, output: "The comment of pull request 7 is written.\n" });
    expect(first.comments).toHaveLength(122);
    expect(first.comments.at(-1)?.body).toContain("function `api` is updated");
    server.close();

    const second = state({ review: review(honest.replaceAll("is updated", "is changed")) }, first.comments);
    expect(await comment(second)).toEqual({ code: 0, output: "The comment of pull request 7 is updated.\n" });
    expect(second.comments).toHaveLength(122);
    expect(second.comments.filter(({ body }) => body.includes("is changed"))).toHaveLength(1);
    expect(second.comments.slice(0, 120)).toEqual(people);
  });

  it("gives its token to GitHub alone, not to the storage of uploads, and never asks for another state", async () => {
    await comment(state({ review: review(honest) }));
    expect(server.storageTokens).toEqual([undefined]);
    const [asked = ""] = server.requests;
    expect([...new URL(asked.slice(4), server.api).searchParams.getAll("state")]).toEqual(["open"]);
  });

  it.each<[string, Uint8Array]>([
    ["that is no archive", strToU8("@everyone ![x](https://evil.example/p.png)")],
    ["whose file is no JSON", review("</details> @everyone ![x](https://evil.example/p.png)")],
    ["of another form", review(JSON.stringify({ version: 99, stacks: "@everyone" }))],
    ["with a rule that does not exist", review(honest.replace("resource-updated", "@everyone"))],
    [
      "with markup in every text",
      review(honest.replaceAll("is updated", "</details> @everyone [x](https://e.example) #1")),
    ],
    ["that inflates to 200 MB", review(`${" ".repeat(200_000_000)}"@everyone"`)],
    ["that has the file in a folder", archive({ "../review.json": honest, "/review.json": honest })],
    ["of 30 MB", zipSync({ "review.json": [new Uint8Array(30_000_000), { level: 0 }] })],
  ])("an upload %s mentions nobody, links nowhere and stays short", async (_what, upload) => {
    const repository = state({ review: upload });
    expect((await comment(repository)).code).toBe(0);
    expect(repository.comments).toHaveLength(1);
    const body = repository.comments[0]?.body ?? "";
    expect(body.startsWith(mark)).toBe(true);
    expect(body.length).toBeLessThanOrEqual(mostCharacters);
    expect(body.replace(/`[^`\n]*`/g, "")).not.toMatch(/@everyone|https?:\/\/|#1\b|<\/details>/);
  });

  it("shows the review and the preview of each stack", async () => {
    const previewed = (name: string, stack: string) =>
      archive({ [`${name}.json`]: JSON.stringify([{ stack, steps: [] }]) });
    const repository = state({
      review: review(honest),
      preview: previewed("preview", "dev"),
      "preview-prod": previewed("preview-prod", "prod"),
    });
    await comment(repository);
    const body = repository.comments[0]?.body ?? "";
    expect(body).toContain("function `api` is updated");
    expect(body.match(/deploying now would also change/g)).toHaveLength(2);
  });

  it("does not wait for the reviewers of prod's preview", async () => {
    const preview = archive({ "preview.json": JSON.stringify([{ stack: "dev", steps: [] }]) });
    const repository = state({ review: review(honest), preview, "preview-prod": "running" });
    await comment(repository);
    expect(repository.comments[0]?.body.match(/deploying now would also change/g)).toHaveLength(1);
  });

  it.each([
    ["still running", { review: "running", preview: "nothing" }, "still running"],
    ["without an upload", { review: "nothing" }, "failed"],
  ] as const)("says that the review is %s", async (_what, runs, says) => {
    const repository = state(runs);
    await comment(repository);
    expect(repository.comments[0]?.body).toContain(says);
  });

  it("does nothing for a commit that is no longer the head of an open pull request", async () => {
    const repository = { ...state({ review: review(honest) }), pulls: pulls.slice(0, 1) };
    const { code, output } = await comment(repository);
    expect([code, output]).toEqual([0, "No open pull request has this commit as its head.\n"]);
    expect(repository.comments).toEqual([]);
  });

  it("ends with 1 and a sentence if GitHub refuses, and with 2 outside of its workflow", async () => {
    const refused = await comment(state({ review: review(honest) }), { GITHUB_TOKEN: "another" });
    expect(refused).toEqual({
      code: 1,
      output: expect.stringMatching(/^Error: GitHub refused "GET pulls\?.*" with 401/),
    });
    server.close();
    const { code, output } = await comment(state({}), { HEAD_SHA: "main" });
    expect([code, output]).toEqual([2, expect.stringContaining('"HEAD_SHA"')]);
  });
});
