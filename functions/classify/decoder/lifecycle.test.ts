import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../../lib/process-alive.mjs";
import { burning } from "../test-support/burning.ts";
import { decoderModule } from "../test-support/decoder-module.ts";
import { type Command, decoderProgram } from "../test-support/obedient-decoder.ts";
import { png } from "../test-support/png.ts";
import type { DecodeBounds } from "./bounds.ts";
import { launch } from "./launch.ts";
import { channelDescriptor } from "./protocol.ts";
import { usageOf } from "./usage.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "lifecycle-"));
let shipped: Awaited<ReturnType<typeof decoderModule>>;
const obedient = decoderProgram();
const burningFile = path.join(folder, "burning");
beforeAll(async () => {
  shipped = await decoderModule();
  writeFileSync(burningFile, await burning(1_060));
});
afterAll(() => {
  shipped.remove();
  obedient.remove();
  rmSync(folder, { recursive: true, force: true });
});

const programs: Program[] = [];
afterEach(() => {
  for (const program of programs.splice(0)) program.end();
});

/** The program with a pool, in a process that a test freezes, ends and kills. */
class Program {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly exited: Promise<unknown[]>;

  constructor(module: string, { processorMs, wallMs }: DecodeBounds = { processorMs: 60_000, wallMs: 60_000 }) {
    const program = path.resolve(import.meta.dirname, "../test-support/pool-program.ts");
    const parameters = ["--import", "tsx", program, module, String(processorMs), String(wallMs)];
    this.#child = spawn(process.execPath, parameters, { stdio: ["pipe", "pipe", "inherit"] });
    this.exited = once(this.#child, "exit");
    if (!this.#child.stdout) throw new Error("it has no output");
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    programs.push(this);
  }

  async line(): Promise<string> {
    return (await this.#lines.next()).value;
  }

  async decoder(): Promise<number> {
    return Number(await this.line());
  }

  decode(file: string): void {
    this.#child.stdin?.write(`${file}\n`);
  }

  close(): void {
    this.#child.stdin?.end();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  end(): void {
    this.#child.kill("SIGCONT");
    this.#child.kill("SIGKILL");
  }
}

function commandFile(command: Command): string {
  const file = path.join(folder, command.replaceAll(" ", "-"));
  writeFileSync(file, command);
  return file;
}

/** Milliseconds that a freeze lasts: more than the limits of the images that it must not cost. */
const frozenMs = 5_000;
const unfrozen = { processorMs: 1_000, wallMs: 4_000 };

it("the shipped decoder decodes one image after the other", async () => {
  const program = new Program(shipped.file);
  const decoder = await program.decoder();
  const picture = path.join(folder, "picture");
  writeFileSync(picture, png({ width: 1, height: 1, bits: 8, colour: 2, data: Buffer.from([0, 200, 10, 20]) }));
  for (let image = 0; image < 3; image += 1) {
    program.decode(picture);
    expect(await program.line()).toBe("decoded");
  }
  expect(isAlive(decoder)).toBe(true);
});

describe("the end of the process that has a decoder", () => {
  it.each<NodeJS.Signals>(["SIGKILL", "SIGTERM", "SIGINT"])(
    "%s, while the decoder is idle, leaves no decoder",
    async (signal) => {
      const program = new Program(shipped.file);
      const decoder = await program.decoder();
      expect(isAlive(decoder)).toBe(true);
      program.signal(signal);
      await program.exited;
      await expect.poll(() => isAlive(decoder)).toBe(false);
    },
  );

  it("SIGKILL, while the decoder works for seconds, leaves no decoder", async () => {
    const program = new Program(shipped.file);
    const decoder = await program.decoder();
    const used = (): number => usageOf(decoder)?.processorMs ?? 0;
    const idle = used();
    program.decode(burningFile);
    if (process.platform === "linux") await expect.poll(used).toBeGreaterThan(idle + 100);
    else await sleep(500);
    program.signal("SIGKILL");
    await program.exited;
    // The picture alone would keep it for about twelve seconds.
    await expect.poll(() => isAlive(decoder), { timeout: 4_000 }).toBe(false);
  });

  it("before the decoder is ready leaves no decoder", async () => {
    const decoder = launch(shipped.file);
    const exited = once(decoder, "exit");
    (decoder.stdio[channelDescriptor] as Socket).destroy();
    expect(await exited).toEqual([null, "SIGKILL"]);
  });

  it("close() settles though the pool is idle and nothing else keeps the program running", async () => {
    const program = new Program(obedient.file);
    await program.decoder();
    program.decode(commandFile("decode"));
    program.close();
    const printed = [await program.line(), await program.line(), await program.line()];
    expect(printed).toEqual(["decoded", "holds 2 pipes", "closed"]);
    expect(await program.exited).toEqual([0, null]);
  });
});

describe("a sandbox that is frozen and thawed", () => {
  it("while an image is decoded gives no timeout", async () => {
    const program = new Program(obedient.file, unfrozen);
    const decoder = await program.decoder();
    program.decode(commandFile("decode slowly"));
    await sleep(100);
    // Lambda freezes all processes of a sandbox.
    program.signal("SIGSTOP");
    process.kill(decoder, "SIGSTOP");
    await sleep(frozenMs);
    process.kill(decoder, "SIGCONT");
    program.signal("SIGCONT");
    expect(await program.line()).toBe("decoded");
  });

  it("while it is idle goes on with the same decoder", async () => {
    const program = new Program(obedient.file, unfrozen);
    const decoder = await program.decoder();
    program.signal("SIGSTOP");
    process.kill(decoder, "SIGSTOP");
    await sleep(frozenMs);
    process.kill(decoder, "SIGCONT");
    program.signal("SIGCONT");
    program.decode(commandFile("decode"));
    expect(await program.line()).toBe("decoded");
    expect(isAlive(decoder)).toBe(true);
  });

  it("and whose decoder died meanwhile decodes with another", async () => {
    const program = new Program(obedient.file);
    const decoder = await program.decoder();
    program.signal("SIGSTOP");
    process.kill(decoder, "SIGKILL");
    program.decode(commandFile("decode"));
    await sleep(200);
    program.signal("SIGCONT");
    expect(await program.line()).toBe("decoded");
  });

  it("a decoder that alone is frozen is ended by the clock, and the next image is decoded", async () => {
    const program = new Program(obedient.file, { processorMs: 1_000, wallMs: 3_000 });
    const decoder = await program.decoder();
    process.kill(decoder, "SIGSTOP");
    program.decode(commandFile("decode"));
    expect(await program.line()).toBe("ClassificationTimeout");
    program.decode(commandFile("decode"));
    expect(await program.line()).toBe("decoded");
    await expect.poll(() => isAlive(decoder)).toBe(false);
  });
});
