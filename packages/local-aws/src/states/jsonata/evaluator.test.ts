import { setImmediate as turn } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import type { Json } from "../data/json.ts";
import { JsonataEvaluator } from "./evaluator.ts";

/** Its time is never the limit that an expression meets, however slow the machine is. */
const evaluator = new JsonataEvaluator({ milliseconds: 50_000, hardMilliseconds: 55_000 });
const impatient = new JsonataEvaluator({ milliseconds: 1_000, hardMilliseconds: 2_000 });
afterAll(() => Promise.all([evaluator.close(), impatient.close()]));

const run = async (source: string, { by = evaluator, seed = "seed", now = 0, x = null as Json } = {}) => {
  const [result] = await by.evaluate({ expressions: [source], bindings: { x }, seed, now });
  return result;
};
const gives = async (source: string, x: Json = null) => {
  const result = await run(source, { x });
  return result?.kind === "value" ? result.value : result;
};

describe("the functions that AWS adds", () => {
  it.each<[string, Json]>([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$range(0, 10, 3)", [0, 3, 6, 9]],
    ["$range(3, 1, -1)", [3, 2, 1]],
    ["$range(1, 9, 9)", 1],
    ['$hash("input", "SHA-1")', "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"],
    ['$parse("{\\"a\\":[1]}").a', [1]],
    ["$random(42)", 0.7275636800328681],
    ["$x.b", 2],
  ])("%s is %j", async (source, value) => {
    expect(await gives(source, { b: 2 })).toEqual(value);
  });

  it.each([
    ["$partition([1], 0)", "must be a positive number"],
    ["$range(1, 2, 0)", "must not be 0"],
    ['$hash("a", "CRC")', "must be one of MD5"],
    ['$parse("{")', "is not JSON"],
  ])("%s fails with a sentence", async (source, sentence) => {
    expect(await run(source)).toMatchObject({ kind: "error", message: expect.stringContaining(sentence) });
  });

  it("do not include $eval", async () => {
    expect(await run('$eval("1+1")')).toEqual({
      kind: "error",
      code: "T1006",
      message: "Attempted to invoke a non-function",
    });
  });
});

describe("chance and time", () => {
  it("come from the seed and the moment of the job, and are the same again", async () => {
    const sources = [
      "$random()",
      "$uuid()",
      "$shuffle([1..20])",
      "$now()",
      "$millis()",
      '$toMillis("12:30", "[H]:[m]")',
    ];
    for (const source of sources) {
      const first = await gives(source);
      await run("$random()", { seed: "other" });
      expect(await gives(source)).toEqual(first);
    }
    expect(await run("$random()", { seed: "other" })).not.toEqual(await run("$random()"));
    expect(await run("$now()", { now: 1_000 })).toEqual({ kind: "value", value: "1970-01-01T00:00:01.000Z" });
  });
});

describe("what an expression gives", () => {
  it("distinguishes a value, nothing, a function, and an error of JSONata", async () => {
    expect(await run("$y")).toEqual({ kind: "nothing" });
    expect(await run("function($a){$a}")).toEqual({ kind: "unsupported" });
    expect(await run("[$sum]")).toEqual({ kind: "unsupported" });
    expect(await run('1 + "a"')).toMatchObject({ kind: "error", code: "T2002" });
    expect(await run("1/0")).toEqual({ kind: "value", value: null });
  });

  it("ends a job at the first that is no value", async () => {
    const job = { expressions: ["1", "$y", "3"], bindings: {}, seed: "", now: 0 };
    expect(await evaluator.evaluate(job)).toEqual([{ kind: "value", value: 1 }, { kind: "nothing" }]);
  });
});

describe("bounds", () => {
  it.each([
    ["a recursion without end", "($f := function($a){ $f($a + 1) }; $f(1))", "evaluation timeout"],
    ["a recursion that is no tail", "($f := function($a){ 1 + $f($a) }; $f(1))", "Stack overflow"],
    ["deep nesting", `${"1+".repeat(200)}1`, "Stack overflow"],
    ["a long range", "$sum([1..900000])", "memory limit"],
    ["a long range of AWS's function", "$count($range(1, 1e9, 1))", "memory limit"],
    [
      "a text that doubles",
      "($d := function($s, $n){ $n = 0 ? $s : $d($s & $s, $n - 1) }; $length($d('ab', 40)))",
      "memory limit",
    ],
    ["a regular expression that backtracks", `$match("${"a".repeat(40)}!", /^(a+)+$/)`, "evaluation timeout"],
  ])("end %s, and leave the event loop and the next expression alone", async (_, source, sentence) => {
    const by = sentence === "evaluation timeout" ? impatient : evaluator;
    let turns = 0;
    let over = false;
    const result = run(source, { by }).finally(() => {
      over = true;
    });
    while (!over) {
      await turn();
      turns += 1;
    }
    expect(await result).toMatchObject({ kind: "error", message: expect.stringContaining(sentence) });
    expect(await result).not.toHaveProperty("code");
    expect(turns).toBeGreaterThan(0);
    expect(await run("1 + 1", { by })).toEqual({ kind: "value", value: 2 });
  });
});

it("rejects waiting callers when it is closed", async () => {
  const closing = new JsonataEvaluator();
  const waiting = run("1", { by: closing });
  await Promise.all([closing.close(), expect(waiting).rejects.toThrow("shutting down")]);
  await expect(run("1", { by: closing })).rejects.toThrow("shutting down");
});
