import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTerminal, within } from "./terminal.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function recorder(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { isTTY, columns, write: (text: string) => written.push(text), text: () => written.join("") };
}
/** Without colours and movements. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is removed
const plain = (text: string) => text.replace(/\u001b\[[\d;]*[mK]/g, "");

describe("the terminal of npm start", () => {
  it.each([[true], [false]])("is never silent for two seconds while a stage runs (terminal: %s)", async (isTTY) => {
    const stdout = recorder(isTTY);
    let finish: (value: number) => void = () => undefined;
    const work = new Promise<number>((resolve) => {
      finish = resolve;
    });
    const stage = createTerminal(Date.now, { stdout }).stage(
      "program",
      () => work,
      (count) => `${count} resources`,
    );
    let before = stdout.text();
    for (let second = 2; second <= 10; second += 2) {
      await vi.advanceTimersByTimeAsync(2_000);
      const now = stdout.text();
      expect(now.length).toBeGreaterThan(before.length);
      before = now;
    }
    finish(144);
    await stage;
    expect(plain(stdout.text()).split(/[\r\n]/)).toContain("✓ program   144 resources 10.0 s");
    const ended = stdout.text();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stdout.text()).toBe(ended);
  });

  it("removes the running line of a stage before it prints another one", async () => {
    const stdout = recorder(true);
    const terminal = createTerminal(Date.now, { stdout });
    const stage = terminal.stage(
      "program",
      () => new Promise((resolve) => setTimeout(resolve, 1_600)),
      () => "done",
    );
    await vi.advanceTimersByTimeAsync(1_550);
    terminal.line("changed");
    expect(stdout.text().endsWith("\r\u001b[Kchanged\n")).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    await stage;
  });

  it.each([80, 40])("breaks sentences between words in %i columns, and commands nowhere", (columns) => {
    const stdout = recorder(true, columns);
    const stderr = recorder(true, columns);
    const terminal = createTerminal(Date.now, { stdout, stderr });
    const sentence = `Engine: ${"word ".repeat(40)}`.trim();
    terminal.sentence(sentence);
    terminal.warn(sentence);
    terminal.error(`${sentence}\n${sentence}`);
    for (const text of [stdout.text(), stderr.text()].map(plain)) {
      for (const line of text.trimEnd().split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(text).not.toMatch(/\bwor\n|\bw\n/);
    }
    const command = `  curl ${"x".repeat(120)}`;
    terminal.line(command);
    expect(stdout.text()).toContain(command);
  });

  it("limits nothing in a file", () => {
    const stdout = recorder(false);
    createTerminal(Date.now, { stdout }).sentence("word ".repeat(40).trim());
    expect(stdout.text()).toBe(`${"word ".repeat(40).trim()}\n`);
    expect(within("a b", undefined)).toEqual(["a b"]);
  });

  it.each(["warn", "error"] as const)("%s: outside text cannot control the terminal, and keeps its lines", (kind) => {
    const stderr = recorder(false);
    createTerminal(Date.now, { stdout: recorder(false), stderr })[kind]("first\u001b[2J\nsecond\u009b2J\u202e\r");
    expect(stderr.text()).toContain("first\\u001b[2J\nsecond\\u009b2J\\u202e\\u000d\n");
  });
});
