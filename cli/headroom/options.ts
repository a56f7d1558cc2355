import { IdempotencyKey } from "../../contract/http.ts";
import { parseOptions } from "../../lib/options.ts";
import { usage } from "../failure.ts";
import type { TargetOptions } from "../release/target.ts";

export interface HeadroomOptions extends TargetOptions {
  readonly executionId: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const headroomHelp = `npm run headroom -- [options] <executionId>

Shows how near an execution came to each limit of AWS and of its stack, and at
how many images a limit would be reached at the earliest. It reads the history,
the definition, the Map Run and the functions' reports.

  --stack NAME        The stack (default: the service that npm start runs here)
  --json              The same as JSON
  --endpoint URL      Address of the local service
  --data DIR          Data folder of the local service (default .data)
  --help              This text

Exit codes: 0 shown; 2 wrong usage or no such execution; 3 the stack or service
is unreachable or refuses.
`;

/** Reads the command line of `headroom`. @throws CommandFailure */
export function readHeadroomOptions(parameters: readonly string[]): HeadroomOptions {
  const { values, positionals } = parseOptions(
    parameters,
    {
      stack: { type: "string" },
      endpoint: { type: "string" },
      data: { type: "string", default: ".data" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
  const { stack, endpoint } = values;
  if (stack !== undefined && endpoint !== undefined) {
    throw usage("--stack and --endpoint exclude each other: the latter names the service on this machine.");
  }
  const [executionId = "", ...more] = positionals;
  if (!values.help && (more.length > 0 || !IdempotencyKey.safeParse(executionId).success)) {
    throw usage("Name one execution, by the executionId that POST /classify returned. See --help.");
  }
  return {
    executionId,
    json: values.json,
    help: values.help,
    dataDir: values.data,
    ...(stack === undefined ? {} : { stack }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
