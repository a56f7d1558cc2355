import pc from "picocolors";

/** What a person sees while the service starts: one line a stage, with its time; colours on a terminal only. */
export interface Terminal {
  /** Runs a stage and prints its name, what it says of itself, and its seconds. */
  stage<Result>(name: string, work: () => Promise<Result>, describe: (result: Result) => string): Promise<Result>;
  line(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

export function createTerminal(now: () => number = Date.now): Terminal {
  return {
    async stage(name, work, describe) {
      const started = now();
      const result = await work();
      const seconds = ((now() - started) / 1_000).toFixed(1);
      console.log(`${pc.green("✓")} ${name.padEnd(9)} ${describe(result)} ${pc.dim(`${seconds} s`)}`);
      return result;
    },
    line: (text) => console.log(text),
    warn: (text) => console.warn(`${pc.yellow("Warning:")} ${text}`),
    error: (text) => console.error(`${pc.red("Error:")} ${text}`),
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
