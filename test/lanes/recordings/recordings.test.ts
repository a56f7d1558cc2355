import { afterAll, describe, expect, it } from "vitest";
import { type Case, folder, isObject, type Json, recordings } from "./case.ts";
import { core, exceptions, mostExceptions, notServed } from "./exceptions.ts";
import { type Replay, replay } from "./replay.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { jsonata } from "./world.ts";

const verdicts: readonly Verdict[] = ["agree", "links", "wording", "differ", "refused", "not served", "unseen"];
const files = recordings();
const table = new Map<string, Map<Verdict, number>>();
/** Cases that agree, with their replays. They are used to test whether the comparison notices changes. */
const agreeing: { readonly theCase: Case; readonly replayed: Replay }[] = [];
/** The reasons because of which at least one case differs. */
const applied = new Set<string>();
/** Number of cases with which the sensitivity of the comparison is tested. */
const altered = 100;

if (files === undefined) {
  it("needs the recordings", () => {
    const sentence = `The recordings are not on this machine: "${folder}" is absent.`;
    if (process.env["REQUIRE_CORPUS"] === "1") throw new Error(sentence);
    console.log(`${sentence} Nothing was compared.`);
  });
}

for (const [topic, cases] of files ?? []) {
  describe(topic, () => {
    for (const theCase of cases) {
      it(theCase.id.split("::").at(-1) ?? theCase.id, async () => {
        const replayed = await replay(theCase);
        const { verdict, checks } = verdictOf(theCase, replayed);
        const counts = table.get(topic) ?? new Map<Verdict, number>();
        table.set(topic, counts.set(verdict, (counts.get(verdict) ?? 0) + 1));
        if (verdict === "agree") agreeing.push({ theCase, replayed });
        const reasons = reasonsFor(topic, theCase);
        const different = checks.filter((check) => check.verdict !== "agree");
        const notes = different.map(({ key, verdict: found, notes: list }) => `${key}: ${found}\n${list.join("\n")}`);
        if (different.length > 0) for (const { why } of reasons) applied.add(why);
        if (different.length > 0 && reasons.length === 0) expect.fail(notes.join("\n\n"));
        if (checks.length > 0 && different.length === 0 && reasons.some(({ must }) => must)) {
          expect.fail(`This case agrees now, so its exception goes: "${reasons.map(({ why }) => why).join('", "')}"`);
        }
      });
    }
  });
}

describe.runIf(files !== undefined)("the comparison", () => {
  it("excepts at most five cases of the core", () => {
    const all = [...(files ?? [])].filter(([topic]) => core.has(topic)).flatMap(([, cases]) => cases);
    expect(all.filter((theCase) => exceptionOf(theCase) !== undefined).length).toBeLessThanOrEqual(mostExceptions);
  });

  it("has no reason that no longer applies to any case", () => {
    expect(notServed.filter(({ why }) => !applied.has(why)).map(({ why }) => why)).toEqual([]);
  });

  it(`notices one altered field in each of ${altered} recordings`, () => {
    const step = Math.max(1, Math.floor(agreeing.length / altered));
    const chosen = agreeing.filter((_, index) => index % step === 0).slice(0, altered);
    const unnoticed = chosen.flatMap(({ theCase, replayed }, seed) => {
      const changed = alteredCase(theCase, seed);
      if (changed === undefined) return [];
      return verdictOf(changed.theCase, replayed).verdict === "agree" ? [`${theCase.id}: ${changed.path}`] : [];
    });
    expect(unnoticed).toEqual([]);
  });
});

afterAll(() => jsonata.close());

afterAll(() => {
  if (files === undefined) return;
  const header = ["topic", "cases", ...verdicts];
  const rows = [...files].map(([topic, cases]) => [
    topic,
    cases.length,
    ...verdicts.map((verdict) => table.get(topic)?.get(verdict) ?? 0),
  ]);
  const sums = header.slice(1).map((_, column) => rows.reduce((sum, row) => sum + Number(row[column + 1]), 0));
  const lines = [header, ...rows, ["all", ...sums]].map((row) =>
    row.map((cell, column) => (column === 0 ? String(cell).padEnd(28) : String(cell).padStart(11))).join(""),
  );
  console.log(lines.join("\n"));
});

interface Reason {
  readonly why: string;
  /** Whether the case must differ. If it does not, the reason is obsolete and the lane fails. */
  readonly must: boolean;
}

function reasonsFor(topic: string, theCase: Case): readonly Reason[] {
  const exception = exceptionOf(theCase);
  if (exception !== undefined) return [{ why: exception.why, must: true }];
  if (theCase.validated === null) return [{ why: "It was not validated against AWS.", must: false }];
  if (core.has(topic)) return [];
  const features = [...theCase.features, topic, ...unlisted(theCase)];
  return notServed
    .filter(({ feature }) => features.some((own) => feature.test(own)))
    .map(({ why }) => ({ why, must: false }));
}

/** Features that the recordings do not list, but that are visible in their steps and AWS's responses. */
function unlisted({ steps, expected }: Case): readonly string[] {
  const found: string[] = [];
  const mismatch = expected.some(({ step, recorded }) => {
    const asked = String(step === null ? "" : steps[step]?.["stateMachineArn"]).split(":")[7];
    const got = isObject(recorded) ? String(recorded["stateMachineArn"]).split(":")[7] : undefined;
    return asked !== undefined && got !== undefined && asked !== got;
  });
  if (mismatch) found.push("version-mismatch");
  return found;
}

function exceptionOf(theCase: Case) {
  const [steps, expected] = [JSON.stringify(theCase.steps), JSON.stringify(theCase.expected)];
  return exceptions.find((exception) => exception.applies(steps, expected));
}

/** The case with one altered field in AWS's responses. The seed selects the field from those that are compared. */
function alteredCase(theCase: Case, seed: number): { readonly theCase: Case; readonly path: string } | undefined {
  if (theCase.loose !== undefined) return undefined;
  const copy = structuredClone(theCase) as Case;
  const leaves = copy.expected.flatMap(({ recorded, step, key }) =>
    step === null && key !== "cases" ? [] : leavesOf(recorded as Json, key),
  );
  const leaf = leaves[(seed * 7_919) % Math.max(1, leaves.length)];
  if (leaf === undefined) return undefined;
  leaf.alter();
  return { theCase: copy, path: leaf.path };
}

/** A recorded list of ended executions contains inputs and outputs, of which only the outputs are responses. */
const uncompared =
  /^cases\.\d+\.input|\.(timestamp|ResponseMetadata|Sdk\w+Metadata|stackTrace|requestId|billedDurationInMilliseconds)\b/;

function leavesOf(value: Json, path: string): { readonly path: string; alter(): void }[] {
  const parent = value as Record<string, Json>;
  if (!isObject(value) && !Array.isArray(value)) return [];
  return Object.entries(parent).flatMap(([key, item]) => {
    const location = `${path}.${key}`;
    if (uncompared.test(location)) return [];
    if (isObject(item) || Array.isArray(item)) return leavesOf(item, location);
    // A value that was replaced in the recording matches anything.
    if (typeof item === "string" && /<|^(timestamp|date|datetime|uuid)$|2022-07-13|errorType/i.test(item)) return [];
    return [
      {
        path: location,
        alter: () => {
          parent[key] = typeof item === "number" ? item + 1 : typeof item === "boolean" ? !item : `${String(item)}~`;
        },
      },
    ];
  });
}
