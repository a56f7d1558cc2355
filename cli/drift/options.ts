import { parseOptions } from "../../lib/options.ts";
import { usage } from "../failure.ts";

export interface DriftOptions {
  /** Undefined only where the help is asked for. */
  readonly stack: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const driftHelp = `npm run drift -- --stack NAME [--json]

Compares the resources of a stack with the cloud and changes nothing: neither the cloud nor the state of the stack.
It runs "pulumi refresh --preview-only", so it needs the command pulumi, its login, the passphrase of the stack, and
AWS credentials that may read (docs/drift.md).

Not a difference, and explained below the table: traffic that a release or a rollback has moved, a token of the
image registry that has expired while the image exists, and values that AWS computes.

  --stack NAME        The stack
  --json              The differences as JSON
  --help              This text

Exit codes: 0 the cloud is as the stack left it; 1 it differs; 2 wrong usage, or there is no such stack;
3 the stack or the cloud cannot be read; 130 interrupted.
`;

/** Reads the command line of `drift`. @throws CommandFailure */
export function readDriftOptions(parameters: readonly string[]): DriftOptions {
  const { values, positionals } = parseOptions(
    parameters,
    {
      stack: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) => usage(message, { cause }),
  );
  const { stack = "", json, help } = values;
  if (positionals.length > 0 && !help) throw usage(`drift takes no "${positionals[0]}". See --help.`);
  if (stack === "" && !help) throw usage("Name the stack: npm run drift -- --stack NAME.");
  return { stack, json, help };
}
