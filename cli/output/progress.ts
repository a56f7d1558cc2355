import cliProgress from "cli-progress";

/** How far the command is. */
export interface Progress {
  begin(total: number): void;
  /** One more photo has been uploaded, or needs no upload. */
  uploaded(): void;
  /** One more image has an outcome: from the service, which counts towards its speed, or another one. */
  done(by: "service" | "other"): void;
  end(): void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const refreshesPerSecond = 4;

/** A progress line on a terminal; nothing elsewhere, where it would only be noise in a log. */
export function terminalProgress(stream: Stream, now: () => number = Date.now): Progress {
  if (!stream.isTTY) return { begin() {}, uploaded() {}, done() {}, end() {} };
  let [total, uploaded, done, timed, started] = [0, 0, 0, 0, now()];
  const bar = new cliProgress.SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: () =>
      progressLine({ total, uploaded, done, timed, seconds: (now() - started) / 1_000 }, stream.columns ?? 80),
    fps: refreshesPerSecond,
    clearOnComplete: true,
    // The command handles Ctrl-C: it prints finished results.
    gracefulExit: false,
  });
  return {
    begin(count) {
      [total, uploaded, done, timed, started] = [count, 0, 0, 0, now()];
      bar.start(total, 0);
    },
    uploaded() {
      uploaded += 1;
    },
    done(by) {
      done += 1;
      if (by === "service") timed += 1;
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

export interface ProgressState {
  readonly total: number;
  readonly uploaded: number;
  readonly done: number;
  /** The part of `done` that the service processed. */
  readonly timed: number;
  readonly seconds: number;
}

/** The line for a terminal of this width, one column shorter, so that it never wraps. */
export function progressLine({ total, uploaded, done, timed, seconds }: ProgressState, columns: number): string {
  const count = `${done} of ${total}`;
  const rate = timed / seconds;
  const left = `${duration((total - done) / rate)} left`;
  const timing = timed === 0 ? duration(seconds) : `${rateText(rate)}, ${left}`;
  const brief = timed === 0 ? duration(seconds) : `${rate.toFixed(1)}/s, ${left}`;
  // Those that failed before they were sent are not waited for.
  const sent = uploaded + (done - timed) < total ? `${uploaded} uploaded` : "";
  const filled = Math.round((barColumns * done) / Math.max(1, total));
  const drawn = `${"█".repeat(filled)}${"░".repeat(barColumns - filled)}`;
  const forms = [
    [`${count} classified`, timing, sent, drawn],
    [`${count} classified`, timing, sent],
    [`${count} classified`, timing],
    [count, timing],
    [count, brief],
    [count],
  ].map((parts) => parts.filter((part) => part !== "").join("  "));
  return forms.find((form) => form.length < columns) ?? count.slice(0, Math.max(0, columns - 1));
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
