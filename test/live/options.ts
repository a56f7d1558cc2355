import { usage } from "../../cli/failure.ts";
import type { TargetOptions } from "../../cli/release/target.ts";
import { parseOptions } from "../../lib/options.ts";

export const commands = ["many", "redrive", "traffic", "starts", "left"] as const;
export type Command = (typeof commands)[number];

export interface LiveOptions extends TargetOptions {
  readonly command: Command;
  readonly images: number;
  readonly help: boolean;
}

export const liveHelp = `npm run live -- COMMAND [options]

Verifies a deployed stack step by step; .github/workflows/live.yml runs every command in a sandbox account.

  many                Classifies many images in one execution, through the Distributed Map; none may be lost
  redrive             Stops such an execution in the middle, redrives it, and compares its results
  traffic             Starts one execution after the other until it is stopped with SIGTERM; none may fail
  starts              Prints the initialisation of each cold start, with the processor's flags
  left                Lists what the account still has of the stack, by its tags

  --stack NAME        The stack (default: the service that npm start runs here)
  --images N          Images of "many" and "redrive" (default 1000)
  --endpoint URL      Address of the local service
  --data DIR          Data folder of the local service (default .data)
  --help              This text

Exit codes: 0 all is as it should be, 1 something is not, 2 wrong usage, 3 the stack or service is unreachable or refuses.
`;

/** Reads the command line. @throws CommandFailure */
export function readLiveOptions(parameters: readonly string[]): LiveOptions {
  const text = { type: "string" } as const;
  const { values, positionals } = parseOptions(
    parameters,
    {
      stack: text,
      endpoint: text,
      images: { type: "string", default: "1000" },
      data: { type: "string", default: ".data" },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
  const [given = "", ...more] = positionals;
  const command = commands.find((name) => name === given);
  const images = Number(values.images);
  if (!Number.isInteger(images) || images < 1 || images > 10_000) {
    throw usage(`--images is "${values.images}"; it must be a whole number from 1 to 10000.`);
  }
  if (!values.help && (command === undefined || more.length > 0)) {
    const what = given === "" ? "Name one command." : `live takes one command, and not "${positionals.join(" ")}".`;
    throw usage(`${what} Commands: ${commands.join(", ")}.`);
  }
  const { stack, endpoint, data, help } = values;
  return {
    command: command ?? "many",
    images,
    dataDir: data,
    help,
    ...(stack === undefined ? {} : { stack }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
