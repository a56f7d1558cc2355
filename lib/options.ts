import { type ParseArgsConfig, parseArgs } from "node:util";
import { suggestion } from "./suggestion.ts";

export type Table = NonNullable<ParseArgsConfig["options"]>;

/**
 * Parses a command line strictly with Node's parser, and reports a problem in one sentence with a remedy.
 * @param fail creates the caller's error from the sentence
 * @param environment variables of this process. If npm started it, npm consumed the options before "--".
 * @throws what `fail` returns, for an unknown option, a missing value, or an option that npm consumed
 */
export function parseOptions<const Options extends Table>(
  parameters: readonly string[],
  options: Options,
  fail: (message: string, cause: unknown) => Error,
  environment: NodeJS.ProcessEnv = process.env,
) {
  const kept = keptByNpm(parameters, Object.keys(options), environment);
  if (kept !== undefined) throw fail(kept, undefined);
  try {
    return parseArgs({ args: [...parameters], allowPositionals: true, options });
  } catch (cause) {
    throw fail(sentenceOf(cause as NodeJS.ErrnoException, Object.keys(options)), cause);
  }
}

function sentenceOf({ code, message }: NodeJS.ErrnoException, known: readonly string[]): string {
  const [, given = ""] = /'(-[^']*)'/.exec(message) ?? [];
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") {
    // Node names the option as it is declared, such as "-h, --help" or "--port <value>".
    const name = /--[^ =]+/.exec(given)?.[0] ?? given;
    if (/does not take/.test(message)) return `${name} takes no value. See --help.`;
    const dash = /ambiguous/.test(message) ? `; one that begins with "-" is written ${name}=VALUE` : "";
    return `${name} needs a value${dash}. See --help.`;
  }
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `${message.replace(/([^.])$/, "$1.")} See --help.`;
  const names = known.map((name) => `--${name}`);
  return `There is no option "${given}".${suggestion(given, names)} See --help.`;
}

/**
 * `npm start --port=8081` passes no option on: npm takes it for its own and leaves a variable. Options that npm itself
 * has may be set in a user's npm for good, and are no sign.
 */
function keptByNpm(
  parameters: readonly string[],
  known: readonly string[],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const kept = known.find(
    (name) => !npmHas.has(name) && environment[`npm_config_${name.replaceAll("-", "_")}`] !== undefined,
  );
  if (kept === undefined || parameters.some((each) => each === `--${kept}` || each.startsWith(`--${kept}=`)))
    return undefined;
  const { npm_lifecycle_event: script = "start" } = environment;
  const command = ["start", "test"].includes(script) ? `npm ${script}` : `npm run ${script}`;
  return `npm kept --${kept} for itself. Options of a script follow "--": ${command} -- --${kept} …`;
}

/** Names that npm knows as its own options. */
const npmHas: ReadonlySet<string> = new Set(["help", "json", "name"]);
