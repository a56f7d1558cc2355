import pc from "picocolors";

/** Output while the service starts: one line per stage, with its duration; colours only on a terminal. */
export interface Terminal {
  /** Runs a stage and prints its name, result and duration; until it ends, prints that it is running. */
  stage<Result>(name: string, work: () => Promise<Result>, describe: (result: Result) => string): Promise<Result>;
  line(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
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
        print(stdout, `${pc.green("✓")} ${name.padEnd(9)} ${describe(result)} ${pc.dim(seconds(started))}`);
        return result;
      } finally {
        clearInterval(timer);
        if (pending) stdout.write("\r\u001b[K");
        pending = false;
      }
    },
    line: (text) => print(stdout, text),
    warn: (text) => print(stderr, `${pc.yellow("Warning:")} ${text}`),
    error: (text) => print(stderr, `${pc.red("Error:")} ${text}`),
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
