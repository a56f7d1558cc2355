import pc from "picocolors";
import { printableLines } from "../lib/printable.ts";
import { wrap } from "../lib/wrap.ts";

/** Output while the service starts: one line per stage, with its duration; colours only on a terminal. */
export interface Terminal {
  /** Runs a stage and prints its name, result and duration; until it ends, prints that it is running. */
  stage<Result>(name: string, work: () => Promise<Result>, describe: (result: Result) => string): Promise<Result>;
  /** Text as it is, such as commands to paste. */
  line(text: string): void;
  /** A sentence, broken between words where the terminal ends. */
  sentence(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** After two seconds without output, users wonder whether it hangs. */
const refreshMs = 1_500;

export function createTerminal(
  now: () => number = Date.now,
  { stdout = process.stdout, stderr = process.stderr }: { readonly stdout?: Stream; readonly stderr?: Stream } = {},
): Terminal {
  /** The line of the running stage is on the terminal, without a line end. */
  let pending = false;
  const print = (stream: Stream, text: string): void => {
    if (pending) stdout.write("\r\u001b[K");
    pending = false;
    stream.write(`${text}\n`);
  };
  const printSentence = (stream: Stream, text: string): void => {
    const lines = text.split("\n").flatMap((line) => within(line, columnsOf(stream)));
    print(stream, lines.join("\n"));
  };
  const seconds = (since: number): string => `${((now() - since) / 1_000).toFixed(1)} s`;
  const showRunning = (name: string, started: number): void => {
    if (!stdout.isTTY) {
      print(stdout, `  ${name.padEnd(9)} … ${seconds(started)}`);
      return;
    }
    stdout.write(`\r\u001b[K${pc.dim("…")} ${name.padEnd(9)} ${pc.dim(seconds(started))}`);
    pending = true;
  };
  return {
    async stage(name, work, describe) {
      const started = now();
      const timer = setInterval(() => showRunning(name, started), refreshMs);
      try {
        const result = await work();
        printSentence(stdout, `${pc.green("✓")} ${name.padEnd(9)} ${describe(result)} ${pc.dim(seconds(started))}`);
        return result;
      } finally {
        clearInterval(timer);
        if (pending) stdout.write("\r\u001b[K");
        pending = false;
      }
    },
    line: (text) => print(stdout, text),
    sentence: (text) => printSentence(stdout, text),
    warn: (text) => printSentence(stderr, `${pc.yellow("Warning:")} ${printableLines(text)}`),
    error: (text) => printSentence(stderr, `${pc.red("Error:")} ${printableLines(text)}`),
  };
}

/** Columns of a terminal; undefined for a file or a pipe, whose lines have no limit. */
export function columnsOf({ isTTY, columns }: Stream): number | undefined {
  return isTTY ? (columns ?? 80) : undefined;
}

/** The lines of a sentence within those columns; the ones after the first are set in, by what the first is set in or two. */
export function within(text: string, columns: number | undefined, indent = 2): readonly string[] {
  return columns === undefined || columns <= indent ? [text] : wrap(text, columns, indent);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
