import * as pulumi from "@pulumi/pulumi";
import { list, type Settings, text, type Values } from "../infra/setting.ts";
import { stackPrefix } from "../infra/stack-names.ts";

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The settings of this program. `repository` has no default. */
const settings = {
  /** The repository whose workflows may assume the roles. */
  repository: text(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, "ORGANISATION/REPOSITORY", "my-team/deep-learning-workflow"),
  /** The stacks of the workflow that are deployed to this account. */
  stacks: list(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words, joined by hyphens", ["dev"]),
  /** The value of the workflow's setting `imageBuckets`, for all stacks together. */
  imageBuckets: list(bucketName, "a bucket's name", []),
} as const satisfies Settings;

export interface AccountSettings extends Omit<Values<typeof settings>, "repository"> {
  readonly repository: string;
}

/** The settings are invalid; the message has one problem per line. */
export class AccountSettingsError extends pulumi.RunError {
  override readonly name = "AccountSettingsError";
  constructor(problems: readonly string[]) {
    super(`The settings of the account have problems:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
  }
}

/** Reads and checks all settings. @throws AccountSettingsError with all problems at once */
export function readSettings(config = new pulumi.Config()): AccountSettings {
  const problems: string[] = [];
  const read = <K extends keyof typeof settings>(key: K): (typeof settings)[K]["fallback"] => {
    const { schema, fallback, allowed, example } = settings[key];
    const given = config.get(key);
    if (given === undefined) return fallback;
    const { data } = schema.safeParse(given);
    if (data !== undefined) return data;
    problems.push(
      `"${key}" is ${JSON.stringify(given)}. Allowed: ${allowed}. Remedy: pulumi config set ${key} ${example}`,
    );
    return fallback;
  };
  const [repository, stacks, imageBuckets] = [read("repository"), read("stacks"), read("imageBuckets")];
  if (repository === undefined && config.get("repository") === undefined) {
    const { allowed, example } = settings.repository;
    problems.push(`"repository" is missing. Allowed: ${allowed}. Remedy: pulumi config set repository ${example}`);
  }
  problems.push(...problemsOfNames(stacks));
  if (repository === undefined || problems.length > 0) throw new AccountSettingsError(problems);
  return { repository, stacks, imageBuckets };
}

/**
 * The policies recognise a stack's resources by the prefix of their names, so no stack's prefix may begin with another
 * one's.
 */
function problemsOfNames(stacks: readonly string[]): readonly string[] {
  const long = stacks.filter((stack) => stackPrefix(stack) !== `dlw-${stack}`);
  const pairs = stacks.flatMap((one) =>
    stacks.filter((other) => other.startsWith(`${one}-`)).map((other) => [one, other]),
  );
  return [
    ...(stacks.length === 0 ? ['"stacks" is empty: name at least one stack.'] : []),
    ...(new Set(stacks).size < stacks.length ? ['"stacks" names a stack twice: remove one of the two.'] : []),
    ...long.map((stack) => `"stacks" has "${stack}", which is longer than 16 characters: choose a shorter name.`),
    ...pairs.map(
      ([one, other]) =>
        `"stacks" has "${one}" and "${other}": the roles of "${one}" would reach the resources of "${other}", whose names begin in the same way. Rename one of the two.`,
    ),
  ];
}
