import { afterEach, describe, expect, it } from "vitest";
import { isAlive } from "../../../lib/process-alive.mjs";
import { type Command, decoderProgram } from "../test-support/obedient-decoder.ts";
import { type DecodeOptions, DecoderPool } from "./pool.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function poolOf(size: number, text?: string): DecoderPool {
  const program = decoderProgram(text);
  const pool = new DecoderPool({ module: program.file, size });
  closers.push(async () => {
    await pool.close();
    program.remove();
  });
  return pool;
}

/** The outcome of an image: "decoded", or the code (else the name) of its error. */
async function outcome(pool: DecoderPool, command: Command, options: Partial<DecodeOptions> = {}): Promise<string> {
  const work = pool.decode(Buffer.from(command), { maxPixels: 1, inputSize: 1, ...options });
  return work.then(
    () => "decoded",
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );
}

describe("an image that takes over its decoder loses only its own result", () => {
  it.each<[Command, string, Partial<DecodeOptions>]>([
    ["spin", "ClassificationTimeout", { bounds: { processorMs: 200, wallMs: 800 } }],
    ["wait for ever", "ClassificationTimeout", { bounds: { processorMs: 50, wallMs: 200 } }],
    ["eat", "TooManyPixels", {}],
    ["die", "CorruptImage", {}],
    ["send garbage", "CorruptImage", {}],
    ["send too little", "CorruptImage", {}],
  ])("%s: %s, and the images before and after it are decoded", async (command, expected, options) => {
    const pool = poolOf(1);
    const outcomes = await Promise.all([
      outcome(pool, "decode"),
      outcome(pool, command, options),
      outcome(pool, "decode"),
      outcome(pool, "decode slowly"),
    ]);
    expect(outcomes).toEqual(["decoded", expected, "decoded", "decoded"]);
    expect(await outcome(pool, "decode")).toBe("decoded");
  });

  it("several of them, in several decoders", async () => {
    const pool = poolOf(2);
    const commands: Command[] = ["die", "decode", "spin", "decode", "die", "decode", "wait for ever", "decode"];
    const short = { bounds: { processorMs: 200, wallMs: 800 } };
    const outcomes = await Promise.all(
      commands.map((command) => outcome(pool, command, ["spin", "wait for ever"].includes(command) ? short : {})),
    );
    expect(outcomes.filter((_, index) => index % 2 === 1)).toEqual(["decoded", "decoded", "decoded", "decoded"]);
    expect(outcomes.filter((_, index) => index % 2 === 0)).toEqual([
      "CorruptImage",
      "ClassificationTimeout",
      "CorruptImage",
      "ClassificationTimeout",
    ]);
  });

  it("a decoder that sends unsolicited messages is replaced", async () => {
    const pool = poolOf(1);
    await pool.ready;
    const [first] = pool.pids;
    expect(await outcome(pool, "answer twice")).toBe("decoded");
    await expect.poll(() => pool.pids[0]).not.toBe(first);
    expect(await outcome(pool, "decode")).toBe("decoded");
  });
});

describe("the number of images that are being decoded", () => {
  it("includes those that wait for a decoder, but none that is decoded, failed or given up", async () => {
    const pool = poolOf(1);
    const call = new AbortController();
    const commands: Command[] = ["decode", "die", "decode", "decode"];
    const work = commands.map((command) => outcome(pool, command));
    expect(pool.decoding).toBe(4);
    await work[0];
    expect(pool.decoding).toBe(3);
    await Promise.all(work);
    expect(pool.decoding).toBe(0);
    const given = [
      outcome(pool, "wait for ever", { signal: call.signal }),
      outcome(pool, "decode", { signal: call.signal }),
    ];
    expect(pool.decoding).toBe(2);
    call.abort(new Error("over"));
    await Promise.all(given);
    expect(pool.decoding).toBe(0);
  });
});

describe("a decoder that ends although no image is at fault", () => {
  it("while it decodes: the image is decoded again by another decoder", async () => {
    const pool = poolOf(1);
    await pool.ready;
    const [first] = pool.pids;
    const work = outcome(pool, "decode slowly");
    process.kill(first ?? 0, "SIGKILL");
    expect(await work).toBe("decoded");
    expect(pool.pids).not.toContain(first);
  });

  it("between two calls: the next image is not affected", async () => {
    const pool = poolOf(1);
    await pool.ready;
    const [first] = pool.pids;
    process.kill(first ?? 0, "SIGTERM");
    await expect.poll(() => isAlive(first ?? 0)).toBe(false);
    expect(await outcome(pool, "decode")).toBe("decoded");
  });

  it("because it kept too much memory: its waiting images are decoded by another", async () => {
    const pool = poolOf(1);
    await pool.ready;
    const [first] = pool.pids;
    const commands: Command[] = ["retire", "retire", "retire", "decode"];
    expect(await Promise.all(commands.map((command) => outcome(pool, command)))).toEqual(commands.map(() => "decoded"));
    expect(pool.pids).not.toContain(first);
  });

  it("is reported with the end of what it printed, however much that was", async () => {
    const pool = poolOf(1, 'process.stderr.write(`${"x".repeat(50_000)} the end`, () => process.exit(3));');
    const message = await pool.ready.catch((error: Error) => error.message);
    expect(message).toMatch(/exit 3 x+ the end/);
    expect(String(message).length).toBeLessThan(700);
  });

  it("if it cannot start: DecoderUnavailable for the start and for every image", async () => {
    const pool = poolOf(1, 'throw new Error("no such library");');
    await expect(pool.ready).rejects.toThrow(/The decoder process does not start .*no such library/s);
    expect(await outcome(pool, "decode")).toBe("DecoderUnavailable");
  });
});

describe("the end of a call", () => {
  it("kills the decoder that works for it and rejects waiting images; another call continues", async () => {
    const pool = poolOf(1);
    await pool.ready;
    const [first] = pool.pids;
    const call = new AbortController();
    const options = { signal: call.signal };
    const given = ["wait for ever", "decode", "decode"] as const;
    const work = Promise.all(given.map((command) => outcome(pool, command, options)));
    const other = outcome(pool, "decode");
    call.abort(Object.assign(new Error("the call is over"), { code: "over" }));
    expect(await work).toEqual(["over", "over", "over"]);
    expect(await other).toBe("decoded");
    await expect.poll(() => isAlive(first ?? 0)).toBe(false);
  });

  it("rejects at once an image that is added afterwards", async () => {
    const signal = AbortSignal.abort(Object.assign(new Error("over"), { code: "over" }));
    expect(await outcome(poolOf(1), "decode", { signal })).toBe("over");
  });

  it("close() leaves no process", async () => {
    const pool = poolOf(2);
    await Promise.all([outcome(pool, "decode"), outcome(pool, "decode"), outcome(pool, "decode slowly")]);
    const { pids } = pool;
    expect(pids).toHaveLength(2);
    await pool.close();
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
