import { parseOptions } from "../lib/options.ts";
import { ReviewError } from "./review-error.ts";
import { type Risk, risks } from "./risk.ts";

export interface Options {
  readonly base: string;
  readonly exact: boolean;
  readonly json: boolean;
  readonly failOn: Risk | undefined;
  /** Names of the stacks to review; empty for all. */
  readonly stacks: readonly string[];
  /** Output of `pulumi preview --json`, by stack. */
  readonly previews: Readonly<Record<string, string>>;
}

export const help = `npm run review -- --base <git ref> [options]

Says what the working tree would change in each stack, compared with a commit, as Markdown. Needs no AWS account and no credentials.

  --base REF          compare with the merge base of HEAD and this branch, tag or commit
  --exact             compare with REF itself
  --stack NAME        only this stack; may be repeated (default: all stacks that have a file Pulumi.NAME.yaml)
  --preview NAME=FILE what "pulumi preview --json --stack NAME" printed: adds what only the state knows; may be repeated
  --json              print data instead of Markdown
  --fail-on low|high  end with 3 when the risk of a stack reaches this
  --help              print this

Ends with 0 when it is done, 1 when a stack of the working tree does not evaluate, 2 for a mistake on the command line,
3 with --fail-on. The rules for the risk: docs/review.md.
`;

const table = {
  base: { type: "string" },
  exact: { type: "boolean", default: false },
  stack: { type: "string", multiple: true },
  preview: { type: "string", multiple: true },
  json: { type: "boolean", default: false },
  "fail-on": { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const fail = (message: string, cause?: unknown): ReviewError => new ReviewError("Usage", message, { cause });

/** Reads the command line; "help" if help was requested. @throws ReviewError "Usage" */
export function readOptions(parameters: readonly string[]): Options | "help" {
  const { values, positionals } = parseOptions(parameters, table, fail);
  if (values.help) return "help";
  const [extra] = positionals;
  if (extra !== undefined) {
    const meant = values.base === undefined ? ` Did you mean "--base ${extra}"?` : "";
    throw fail(`"${extra}" is not an option.${meant} See --help.`);
  }
  if (values.base === undefined || values.base === "") {
    throw fail(
      '--base is missing: name the branch, tag or commit to compare with, such as "--base origin/main". See --help.',
    );
  }
  const failOn = values["fail-on"];
  if (failOn !== undefined && failOn !== "low" && failOn !== "high") {
    throw fail(`--fail-on is "${failOn}". Allowed: ${risks.slice(1).join(", ")}. See --help.`);
  }
  return {
    base: values.base,
    exact: values.exact,
    json: values.json,
    failOn,
    stacks: values.stack ?? [],
    previews: Object.fromEntries((values.preview ?? []).map(previewOf)),
  };
}

function previewOf(text: string): readonly [string, string] {
  const [, stack, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (stack === undefined || file === undefined) {
    throw fail(
      `--preview is "${text}". Allowed: the name of a stack, "=" and a file, such as "dev=dev.json". See --help.`,
    );
  }
  return [stack, file];
}
