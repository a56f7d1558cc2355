import { renameSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "vitest";
import { run } from "../support/command.ts";
import { copyProject, editFile, removeCopy } from "../support/edited-copy.ts";
import { opened } from "../support/opened.ts";
import { operatorOf } from "../support/operator.ts";
import { type RunningService, startService } from "../support/service.ts";
import { until } from "../support/until.ts";

/**
 * Tests what the terminal of `npm start` shows while a user works: edits by git and by editors, and the functions' logs
 * and errors.
 */
const copy = opened(
  async () => {
    const folder = copyProject();
    await git(folder, "init", "--quiet", "--initial-branch=main");
    await git(folder, "add", ".");
    await git(folder, "commit", "--quiet", "--message", "first");
    return folder;
  },
  (folder) => removeCopy(folder),
);
const service = opened(
  async () => {
    const running = await startService({ root: copy() });
    await until("it is ready", () => running.output().includes("Ready in"));
    return running;
  },
  (running) => running.stop(),
);

/** The files that are edited: one for each kind of file in a program. */
const edits = {
  "Pulumi.dev.yaml": (text: string) => `${text.trimEnd()}\n  deep-learning-workflow:classifyMemory: 1792\n`,
  "statemachine/examples/single-task.asl.json": (text: string) => text.replace("One Lambda function", "Edited: one"),
  "contract/errors.ts": (text: string) => text.replace(/(InvalidRequest: )400/, "$1422"),
  "functions/examples/message/handler.ts": (text: string) => text.replace('"INFO", "message"', '"INFO", "edited"'),
} as const;
type File = keyof typeof edits;
const files = Object.keys(edits) as File[];
/**
 * The terminal's message after a reload. State machines change too, because every definition contains the release,
 * which depends on the functions' code.
 */
const reloaded = /program +changed functions? ".*changed state machines? "/;

/** Ways in which different programs write a file. */
const editors: Readonly<Record<string, (place: string, text: string) => void>> = {
  "vim, which puts the old file aside": (place, text) => {
    renameSync(place, `${place}~`);
    writeFileSync(place, text);
    unlinkSync(`${place}~`);
  },
  "JetBrains' safe write": (place, text) => {
    writeFileSync(`${place}___jb_tmp___`, text);
    renameSync(place, `${place}___jb_old___`);
    renameSync(`${place}___jb_tmp___`, place);
    unlinkSync(`${place}___jb_old___`);
  },
  "a rename over the file": (place, text) => {
    writeFileSync(`${place}.tmp`, text);
    renameSync(`${place}.tmp`, place);
  },
};

describe("git", () => {
  test("checks out a branch that changes every kind of file, and the one before", async () => {
    await git(copy(), "checkout", "--quiet", "-b", "other");
    await sees(() => editAll());
    await git(copy(), "commit", "--quiet", "--all", "--message", "second");
    for (const branch of ["main", "other", "main"]) {
      await sees(() => git(copy(), "checkout", "--quiet", branch));
    }
  });

  test("stashes edits and brings them back", async () => {
    await sees(() => editAll());
    await sees(() => git(copy(), "stash", "--quiet"));
    await sees(() => git(copy(), "stash", "pop", "--quiet"));
    await sees(() => git(copy(), "checkout", "--quiet", "--", "."));
  });

  test("pulls what somebody else pushed", async () => {
    await sees(() => git(copy(), "pull", "--quiet", "--ff-only", ".", "other"));
    await sees(() => git(copy(), "reset", "--quiet", "--hard", "HEAD~1"));
  });
});

test.each(Object.entries(editors))("%s changes a file of each kind, and changes it back", async (_name, write) => {
  const before = new Map(
    await Promise.all(files.map(async (file) => [file, await git(copy(), "show", `main:${file}`)] as const)),
  );
  const writeAll = (change: (file: File, text: string) => string): void => {
    for (const [file, text] of before) write(path.join(copy(), file), change(file, text));
  };
  await sees(() => writeAll((file, text) => edits[file](text)));
  await sees(() => writeAll((_file, text) => text));
});

test("an ASL file that is not JSON is named with its line and column, and the program before it keeps serving", async () => {
  const file = "statemachine/examples/single-task.asl.json";
  const said = await saidAfter(
    () => editFile(path.join(copy(), file), (text) => text.replace('"States": {', '"States" {')),
    /keeps serving/,
  );
  expect(said).toMatch(/single-task\.asl\.json" cannot be used: line 5, column 12: it is not JSON \(colon expected\)/);
  expect(JSON.parse(await invoke("example-message", '{"message":"still here"}'))).toEqual({ message: "still here" });
  await saidAfter(() => git(copy(), "checkout", "--quiet", "--", "."), /no resource changed/);
});

test("a definition that AWS would refuse is named by its ASL file", async () => {
  const file = "statemachine/examples/single-task.asl.json";
  const said = await saidAfter(
    () =>
      editFile(path.join(copy(), file), (text) => text.replace('"StartAt": "Send message"', '"StartAt": "Nowhere"')),
    /keeps serving/,
  );
  expect(said).toMatch(/statemachine\/examples\/single-task\.asl\.json \(state machine "[^"]+"\)/);
  await saidAfter(() => git(copy(), "checkout", "--quiet", "--", "."), /no resource changed/);
});

test("what a function logs and throws is one line each, with its place in the TypeScript", async () => {
  const file = "functions/examples/message/handler.ts";
  const thrown =
    '  if (message === "throw") throw new Error("planted\\nin two lines");\n  console.error("seen", message);\n';
  await saidAfter(
    () =>
      editFile(path.join(copy(), file), (text) =>
        text.replace("  return { message };", `${thrown}  return { message };`),
      ),
    reloaded,
  );
  const line = (await git(copy(), "grep", "--line-number", "planted", "--", file)).split(":")[1];
  const logged = await saidAfter(() => invoke("example-message", '{"message":"hello"}'), /seen hello/);
  expect(logged).toMatch(/^examples\/message: ERROR seen hello$/m);
  const failed = await saidAfter(() => invoke("example-message", '{"message":"throw"}'), /planted/);
  expect(failed).toMatch(
    new RegExp(
      `^examples/message: ERROR Invoke Error Error: planted \\| in two lines at .*functions/examples/message/handler\\.ts:${line}:\\d+\\)?$`,
      "m",
    ),
  );
});

/** Changes all files, and waits until the terminal names each of them and the effects of the reload. */
async function sees(work: () => unknown): Promise<void> {
  await saidAfter(work, reloaded, ...files.map((file) => new RegExp(file.replaceAll(".", "\\."))));
}

/** The terminal's output after an action, without colours, once all patterns match. */
async function saidAfter(work: () => unknown, ...patterns: readonly RegExp[]): Promise<string> {
  const before = service().output().length;
  await work();
  const text = (): string => plain(service().output().slice(before));
  try {
    await until("", () => patterns.every((pattern) => pattern.test(text())));
  } catch (cause) {
    throw new Error(`the terminal does not say ${patterns.join(", ")}, but:\n${text()}`, { cause });
  }
  return text();
}

function editAll(): void {
  for (const file of files) editFile(path.join(copy(), file), edits[file]);
}

async function invoke(name: string, payload: string): Promise<string> {
  const client = new LambdaClient(operatorOf(service() as RunningService));
  const { Functions = [] } = await client.send(new ListFunctionsCommand({}));
  const FunctionName = Functions.find((each) => each.FunctionName?.includes(name))?.FunctionName;
  const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: payload }));
  client.destroy();
  return Buffer.from(Payload ?? []).toString("utf8");
}

async function git(folder: string, ...parameters: readonly string[]): Promise<string> {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  return run("git", [...identity, ...parameters], { cwd: folder });
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is removed
  return text.replace(/\u001b\[[\d;]*[A-Za-z]|\r/g, "");
}
