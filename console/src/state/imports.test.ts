import { expect, it } from "vitest";
import { ExportedExecution } from "./exported-execution.ts";
import { FollowedExecution } from "./followed-execution.ts";
import { Imports } from "./imports.ts";

const definition = JSON.stringify({
  StartAt: "A",
  States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", End: true } },
});
const event = (id: number, type: string, details = {}) => ({
  id,
  previousEventId: id - 1,
  type,
  timestamp: 1_800_000_000 + id,
  anyEventDetails: details,
});
const events = [
  event(1, "ExecutionStarted", { input: "{}" }),
  event(2, "PassStateEntered", { name: "A", input: "{}" }),
  event(3, "PassStateExited", { name: "A", output: "{}" }),
  event(4, "ExecutionFailed", { error: "Broken", cause: "It broke." }),
];
const file = (name: string, value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return new File([text], name);
};
const sized = (each: File, size: number): File => Object.defineProperty(each, "size", { value: size });

/** What a browser keeps of a tab, and how it fails. */
function keeper(fails = false) {
  let kept: readonly File[] = [];
  const run = async <Value>(work: () => Value): Promise<Value> => {
    if (fails) throw new Error("it is forbidden");
    return work();
  };
  return {
    keep: (files: readonly File[]) =>
      run(() => {
        kept = files;
      }),
    restore: () => run(() => kept),
    names: () => kept.map(({ name }) => name),
  };
}
const imported = (): Imports => new Imports(keeper());

async function shown(execution: ExportedExecution | undefined): Promise<FollowedExecution> {
  if (execution === undefined) throw new Error("Nothing was imported.");
  const never = () => Promise.reject(new Error("It waits though everything is in the file."));
  const followed = new FollowedExecution(execution.arn, {
    stepFunctions: execution.services.stepFunctions,
    api: execution.services.api,
    readPlan: execution.services.readPlan,
    childrenPerLook: 1,
    readsAllChildren: true,
    changed: () => {},
    sleep: never,
    visible: () => true,
  });
  await followed.follow();
  return followed;
}

it("shows a history without its definition like an execution, without a service", async () => {
  const imports = imported();
  expect(await imports.read([file("history.json", { events })])).toBe(true);
  const { history, description, drawing } = await shown(imports.execution);
  expect(history.runs.map(({ name }) => name)).toEqual(["A"]);
  expect(description).toMatchObject({ status: "FAILED", error: "Broken", cause: "It broke.", input: "{}" });
  expect(description?.stoppedAt).toBe(1_800_000_004_000);
  expect(drawing?.boxes.map(({ node }) => node.name)).toEqual(["A"]);
  expect(imports.execution?.notes).toEqual([expect.stringContaining("made from the history")]);
});

it("takes the definition with the history or after it", async () => {
  const imports = imported();
  await imports.read([file("history.json", { events }), file("workflow.asl.json", definition)]);
  expect((await shown(imports.execution)).drawing?.boxes).toHaveLength(2);
  const later = imported();
  await later.read([file("history.json", { events })]);
  await later.read([file("workflow.asl.json", definition)]);
  expect((await shown(later.execution)).drawing?.boxes).toHaveLength(2);
  expect(later.execution?.notes).toEqual([]);
});

it("shows and draws events with impossible names", async () => {
  const imports = imported();
  const odd = [event(1, "ExecutionStarted"), event(2, "PassStateEntered", { name: "" }), event(3, "PassStateExited")];
  await imports.read([file("history.json", odd)]);
  const { history, drawing, problem } = await shown(imports.execution);
  const names = drawing?.boxes.map(({ node }) => node.name);
  expect([history.events.length, names, problem]).toEqual([3, [""], undefined]);
});

it.each(["constructor", "toString", "__proto__"])("takes no event of the type %s for an end", async (type) => {
  const imports = imported();
  await imports.read([file("history.json", [...events.slice(0, 3), event(4, type)])]);
  expect((await shown(imports.execution)).description?.status).toBe("INCOMPLETE");
});

it("does not follow an execution that had not ended, and says so", async () => {
  const imports = imported();
  await imports.read([file("history.json", events.slice(0, 3)), file("workflow.asl.json", definition)]);
  expect((await shown(imports.execution)).description?.status).toBe("INCOMPLETE");
  expect(imports.execution?.notes.join()).toContain("had not ended");
});

it("shows a part of a history, and says which part", async () => {
  const imports = imported();
  await imports.read([file("history.json", { events: events.slice(1).toReversed() })]);
  const { history } = await shown(imports.execution);
  expect([history.startedAt, history.eventOf(3)?.type, history.eventOf(1)]).toEqual([
    1_800_000_002_000,
    "PassStateExited",
    undefined,
  ]);
  expect(imports.execution?.notes[0]).toContain("begins with event 2");
});

it.each([
  [[file("a.json", { events }), file("b.json", { events })], /^Open one history at a time.*"a.json", "b.json"/],
  [[file("workflow.asl.json", definition)], /open the history that belongs to it/],
  [[file("a.json", "no")], /"a.json" is not JSON/],
  [[sized(file("a.json", ""), 300 * 1024 * 1024)], /"a.json" has 300 MB; at most 200 MB are read/],
])("refuses files that make no execution, and keeps what is shown", async (files, sentence) => {
  const imports = imported();
  expect(await imports.read(files)).toBe(false);
  expect(imports.problem).toMatchObject({ code: "UnreadableFile", message: expect.stringMatching(sentence) });
  await imports.read([file("history.json", { events })]);
  const before = imports.execution;
  expect(before).toBeInstanceOf(ExportedExecution);
  await imports.read([file("c.json", "{}")]);
  expect(imports.execution).toBe(before);
});

it("shows after a reload what was open before it, the history with the definition that came later", async () => {
  const kept = keeper();
  const before = new Imports(kept);
  await before.read([file("history.json", { events })]);
  await before.read([file("workflow.asl.json", definition)]);
  await before.read([file("other.json", "no JSON")]);
  expect(kept.names()).toEqual(["history.json", "workflow.asl.json"]);
  expect(before.reloadNote).toContain("shows it again");
  const after = new Imports(kept);
  expect(await after.restore()).toBe(true);
  expect((await shown(after.execution)).drawing?.boxes).toHaveLength(2);
  expect([after.reloadNote, after.restoring]).toEqual([before.reloadNote, false]);
});

it("keeps the definition of one history for no other history", async () => {
  const kept = keeper();
  const imports = new Imports(kept);
  await imports.read([file("history.json", { events }), file("workflow.asl.json", definition)]);
  await imports.read([file("second.json", { events })]);
  expect(kept.names()).toEqual(["second.json"]);
});

it("says that what is too large is gone after a reload, and keeps nothing older in its place", async () => {
  const kept = keeper();
  const imports = new Imports(kept);
  await imports.read([file("history.json", { events })]);
  await imports.read([sized(file("large.json", { events }), 65 * 1024 * 1024)]);
  expect(imports.reloadNote).toBe("More than 64 MB: after a reload, open it again.");
  expect(await new Imports(kept).restore()).toBe(false);
});

it("shows an import in a browser that keeps nothing, and says so", async () => {
  const imports = new Imports(keeper(true));
  expect(await imports.restore()).toBe(false);
  expect(await imports.read([file("history.json", { events })])).toBe(true);
  expect(imports.reloadNote).toContain("it is forbidden");
});

it("shows the files that were opened last, even if earlier ones are read later", async () => {
  const kept = keeper();
  await new Imports(kept).read([file("kept.json", { events })]);
  const imports = new Imports(kept);
  const slow = file("slow.json", { events });
  let read = (_: string): void => {};
  const text = new Promise<string>((resolve) => {
    read = resolve;
  });
  Object.defineProperty(slow, "text", { value: () => text });
  const first = imports.read([slow]);
  const restored = imports.restore();
  expect(await imports.read([file("last.json", { events })])).toBe(true);
  read(JSON.stringify({ events }));
  expect([await first, await restored]).toEqual([false, false]);
  expect(imports.execution?.file.name).toBe("last.json");
  expect(kept.names()).toEqual(["last.json"]);
});
