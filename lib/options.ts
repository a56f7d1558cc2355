import { type ParseArgsConfig, parseArgs } from "node:util";

type Table = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads a command line by Node's own parser, strictly, and words its complaints as one sentence with a way out.
 * @param fail makes the caller's error of the sentence
 * @throws what `fail` returns, for an unknown option or a missing value
 */
export function parseOptions<const Options extends Table>(
  parameters: readonly string[],
  options: Options,
  fail: (message: string, cause: unknown) => Error,
) {
  try {
    return parseArgs({ args: [...parameters], allowPositionals: true, options });
  } catch (cause) {
    const sentence = (cause as Error).message.replace(/\. To specify a positional.*$/s, ".").replace(/([^.])$/, "$1.");
    throw fail(`${sentence} See --help.`, cause);
  }
}
