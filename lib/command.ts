import { fitted } from "./help.ts";
import { parseOptions, type Table } from "./options.ts";

/** Exit code for a command line that cannot be understood, by the convention of shells. */
const wrongUsage = 2;

class Complaint extends Error {}

/**
 * Reads the command line of a command that takes options and no other parameters. Returns undefined if the help was
 * printed, or if the command line is wrong: a message was printed then, and `process.exitCode` is set.
 */
export function readCommand<const Options extends Table>(
  help: string,
  options: Options,
  parameters: readonly string[] = process.argv.slice(2),
) {
  try {
    if (parameters.some((each) => each === "--help" || each === "-h")) {
      process.stdout.write(fitted(help, process.stdout.columns));
      return undefined;
    }
    const { values, positionals } = parseOptions(parameters, options, (message, cause) => {
      return new Complaint(message, { cause });
    });
    const [stray] = positionals;
    if (stray !== undefined) throw new Complaint(`"${stray}" belongs to no option. See --help.`);
    return values;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = wrongUsage;
    return undefined;
  }
}
