/** How far the command is. */
export interface Progress {
  begin(what: string, total: number): void;
  step(what: string): void;
  end(): void;
}

/** One line that is written over, on a terminal; nothing anywhere else, where it would only be noise in a log. */
export function terminalProgress(stream: { write(text: string): unknown; readonly isTTY?: boolean }): Progress {
  if (!stream.isTTY) return { begin() {}, step() {}, end() {} };
  let total = 0;
  let done = 0;
  const show = (what: string) => stream.write(`\r\u001b[K${done} of ${total} ${what}`);
  return {
    begin(what, count) {
      [total, done] = [count, 0];
      show(what);
    },
    step(what) {
      done += 1;
      show(what);
    },
    end: () => void stream.write("\r\u001b[K"),
  };
}
