import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Answer } from "./worker.ts";

const limitMs = 30_000;

/** A decoder in a process of its own; after a crash or a hang the next picture gets a new one. */
export class Decoder {
  #child: ChildProcess | undefined;

  async decode(bytes: Uint8Array): Promise<Answer> {
    this.#child ??= fork(path.join(import.meta.dirname, "worker.ts"), {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
      // One arena: glibc's further ones, one a thread, fragment for long before they settle, and growth that is only
      // theirs would hide, or feign, memory that a decoder keeps.
      env: { ...process.env, MALLOC_ARENA_MAX: "1" },
    });
    const child = this.#child;
    return new Promise<Answer>((resolve) => {
      const end = (outcome: string) => {
        child.removeAllListeners();
        child.kill("SIGKILL");
        this.#child = undefined;
        resolve({ outcome, milliseconds: limitMs, rssMb: 0, peakMb: 0 });
      };
      const timer = setTimeout(() => end("hangs"), limitMs);
      child.once("message", (answer: Answer) => {
        clearTimeout(timer);
        child.removeAllListeners("exit");
        resolve(answer);
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        end(`crashes (${signal ?? code})`);
      });
      child.send(bytes);
    });
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill();
  }
}
