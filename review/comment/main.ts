/**
 * `review/comment/main.ts`: writes the comment of a pull request from what its own code uploaded. Its environment is that
 * of comment.yml.
 */
import { z } from "zod";
import { printable } from "../../lib/printable.ts";
import { ReviewError } from "../review-error.ts";
import { GitHub } from "./github.ts";
import { publish } from "./publish.ts";

const Environment = z.object({
  GITHUB_API_URL: z.url(),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_TOKEN: z.string().min(1),
  HEAD_OWNER: z.string().min(1),
  HEAD_BRANCH: z.string().min(1),
  HEAD_SHA: z.string().regex(/^[0-9a-f]{40}$/),
});

const found = Environment.safeParse(process.env);
if (!found.success) {
  const names = found.error.issues.map(({ path }) => `"${path.join(".")}"`).join(", ");
  console.error(`Error: the environment lacks ${names}, or a value is not valid: run this in comment.yml.`);
  process.exit(2);
}
const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token, ...head } = found.data;
try {
  const github = new GitHub({ api, repository, token });
  console.log(await publish(github, { owner: head.HEAD_OWNER, branch: head.HEAD_BRANCH, sha: head.HEAD_SHA }));
} catch (error) {
  if (!(error instanceof ReviewError)) throw error;
  console.error(`Error: ${printable(error.message)}`);
  process.exitCode = 1;
}
