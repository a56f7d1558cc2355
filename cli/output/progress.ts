import cliProgress from "cli-progress";
import type { Progress as ExecutionProgress } from "../../contract/http.ts";

/** How far the command is. */
export interface Progress {
  /** @param total number of images; undefined if only the service knows it */
  begin(total: number | undefined): void;
  /** One more photo has been uploaded, or needs no upload. */
  uploaded(): void;
  /** How far a running execution is; undefined once its results are counted by `done`. */
  running(executionId: string, progress: Pick<ExecutionProgress, "total" | "done"> | undefined): void;
  /** One more image has an outcome: from the service, which counts towards its speed, or another one. */
  done(by: "service" | "other"): void;
  /** Removes the line for the moment, so that other text can be printed. */
  clear(): void;
  end(): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const refreshesPerSecond = 4;
/** Without a terminal, a line of text is written this often, in milliseconds; a short run writes none. */
export const plainEveryMs = 30_000;

/** One line that is drawn again on a terminal; elsewhere, such as in a log, a plain line from time to time. */
export function streamProgress(stream: Stream, now: () => number = Date.now): Progress {
  return new Counted(stream.isTTY ? new Bar(stream) : new Lines(stream), now);
}

/** The line for a width, with or without a drawn bar. */
type Line = (columns: number, drawn: boolean) => string;

/** Where the line is shown. */
interface Display {
  start(line: Line): void;
  clear(): void;
  stop(): void;
}

class Counted implements Progress {
  readonly #display: Display;
  readonly #now: () => number;
  /** Images that are done in executions whose results are not counted yet. */
  readonly #running = new Map<string, number>();
  #total: number | undefined;
  #uploaded = 0;
  #done = 0;
  #timed = 0;
  #started = 0;
  /** Images that were done when this command began to follow. */
  #before: number | undefined;

  constructor(display: Display, now: () => number) {
    this.#display = display;
    this.#now = now;
  }

  begin(total: number | undefined): void {
    this.#running.clear();
    [this.#total, this.#uploaded, this.#done, this.#timed, this.#started] = [total, 0, 0, 0, this.#now()];
    this.#before = undefined;
    this.#display.start((columns, drawn) => progressLine(this.#state(), columns, drawn));
  }

  uploaded(): void {
    this.#uploaded += 1;
  }

  running(executionId: string, progress: Pick<ExecutionProgress, "total" | "done"> | undefined): void {
    if (progress === undefined) {
      this.#running.delete(executionId);
      return;
    }
    this.#running.set(executionId, progress.done);
    // Only an execution whose number of images this command does not know may have begun earlier.
    if (this.#before === undefined) this.#before = this.#total === undefined ? progress.done : 0;
    this.#total ??= progress.total;
  }

  done(by: "service" | "other"): void {
    this.#done += 1;
    if (by === "service") this.#timed += 1;
  }

  clear(): void {
    this.#display.clear();
  }

  end(): void {
    this.#display.stop();
  }

  #state(): ProgressState {
    const total = this.#total;
    const inService = [...this.#running.values()].reduce((sum, done) => sum + done, 0);
    return {
      total,
      uploaded: this.#uploaded,
      done: Math.min(this.#done + inService, total ?? 0),
      timed: Math.max(0, this.#timed + inService - (this.#before ?? 0)),
      seconds: (this.#now() - this.#started) / 1_000,
    };
  }
}

class Bar implements Display {
  readonly #stream: Stream;
  #line: Line | undefined;
  #bar: cliProgress.SingleBar | undefined;
  #again: NodeJS.Timeout | undefined;
  constructor(stream: Stream) {
    this.#stream = stream;
  }

  start(line: Line): void {
    this.stop();
    this.#line = line;
    this.#draw();
  }

  clear(): void {
    // The bar remembers where it began, so that it cannot go on below other text.
    this.#bar?.stop();
    this.#bar = undefined;
    if (this.#line) this.#again ??= setTimeout(() => this.#draw(), 1_000 / refreshesPerSecond);
  }

  stop(): void {
    this.#line = undefined;
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #draw(): void {
    const line = this.#line;
    this.#again = undefined;
    if (!line) return;
    this.#bar = new cliProgress.SingleBar({
      stream: this.#stream as NodeJS.WritableStream,
      format: () => line(this.#stream.columns ?? 80, true),
      fps: refreshesPerSecond,
      clearOnComplete: true,
      // The command handles Ctrl-C: it prints finished results.
      gracefulExit: false,
    });
    this.#bar.start(1, 0);
  }
}

class Lines implements Display {
  readonly #stream: Stream;
  #timer: NodeJS.Timeout | undefined;
  constructor(stream: Stream) {
    this.#stream = stream;
  }

  start(line: Line): void {
    this.stop();
    this.#timer = setInterval(() => this.#stream.write(`${line(plainColumns, false)}\n`), plainEveryMs);
    this.#timer.unref();
  }

  clear(): void {}

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Width of a plain line. */
const plainColumns = 80;

export interface ProgressState {
  /** Undefined while only the service knows how many images there are. */
  readonly total: number | undefined;
  readonly uploaded: number;
  readonly done: number;
  /** The part of `done` that the service processed during `seconds`. */
  readonly timed: number;
  readonly seconds: number;
}

/** The line for a terminal of this width, one column shorter, so that it never wraps. */
export function progressLine(state: ProgressState, columns: number, drawn = true): string {
  const { total, uploaded, done, timed, seconds } = state;
  if (total === undefined)
    return fitting([["waiting for the list of images", duration(seconds)], [duration(seconds)]], columns);
  const count = `${done} of ${total}`;
  const rate = timed / seconds;
  const left = `${duration((total - done) / rate)} left`;
  const timing = timed === 0 ? duration(seconds) : `${rateText(rate)}, ${left}`;
  const brief = timed === 0 ? duration(seconds) : `${rate.toFixed(1)}/s, ${left}`;
  // Those that failed before they were sent are not waited for.
  const sent = uploaded > 0 && uploaded + (done - timed) < total ? `${uploaded} uploaded` : "";
  const filled = Math.round((barColumns * done) / Math.max(1, total));
  const bar = `${"█".repeat(filled)}${"░".repeat(barColumns - filled)}`;
  return fitting(
    [
      ...(drawn ? [[`${count} classified`, timing, sent, bar]] : []),
      [`${count} classified`, timing, sent],
      [`${count} classified`, timing],
      [count, timing],
      [count, brief],
      [count],
    ],
    columns,
  );
}

/** The first form that fits, or as much of the last one as fits. */
function fitting(forms: readonly (readonly string[])[], columns: number): string {
  const lines = forms.map((parts) => parts.filter((part) => part !== "").join("  "));
  return lines.find((line) => line.length < columns) ?? (lines.at(-1) ?? "").slice(0, Math.max(0, columns - 1));
}

const barColumns = 16;

function rateText(rate: number): string {
  return rate >= 1 ? `${rate.toFixed(1)} per second` : `${(1 / rate).toFixed(1)} s each`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
