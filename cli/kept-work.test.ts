import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandIn } from "./test-support/command.ts";
import { type Asked, type FakeApi, fakeApi } from "./test-support/fake-api.ts";
import { rowsOf } from "./test-support/json-rows.ts";

/** A failure never loses finished results. */
let api: FakeApi;
let folder: string;
beforeEach(async () => {
  patienceMs = 15_000;
  api = await fakeApi();
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-kept-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

/** Longer than a test needs; tests with a permanently lost connection use a shorter time. */
let patienceMs: number;

const command = (parameters: readonly string[], signal?: AbortSignal) =>
  commandIn({ api, folder }, parameters, { timing: { retryMs: 1, pollMs: 1, patienceMs }, ...(signal && { signal }) });

/** A list of `count` images; the names in its groups of eight begin with 0, 1, 2 and so on. */
function list(groups: number): string {
  const images = Array.from({ length: groups * 8 }, (_, at) => `https://example.com/${Math.floor(at / 8)}-${at}.jpg`);
  writeFileSync(path.join(folder, "list.txt"), images.join("\n"));
  return "list.txt";
}

/** Intercepts requests for the group whose images contain the text: its start, and then its execution. */
function onGroup(text: string, react: (asked: Asked) => ReturnType<FakeApi["intercept"]>): void {
  const keys = new Set<string>();
  api.intercept = (asked) => {
    if (asked.path === "/classify" && asked.body.includes(text)) keys.add(String(asked.headers["idempotency-key"]));
    const ofGroup = asked.path === "/classify" ? asked.body.includes(text) : keys.has(asked.path.split("/")[2] ?? "");
    return ofGroup ? react(asked) : undefined;
  };
}

describe("a connection that is lost in the middle", () => {
  it.each(["drop", 500, 502, 503, 504] as const)("is retried: %s", async (how) => {
    let failures = 3;
    api.intercept = ({ method }) => {
      if (method !== "GET" || failures-- <= 0) return undefined;
      return how === "drop" ? how : { status: how, body: "from a gateway" };
    };
    const { exitCode, out } = await command(["--json", list(1)]);
    expect(exitCode).toBe(0);
    expect(rowsOf(out).every(({ predictions }) => predictions?.length === 1)).toBe(true);
  });

  it("permanently affects only its group; the rows name the execution, and the exit code is 1", async () => {
    patienceMs = 200;
    onGroup("/1-", ({ method }) => (method === "GET" ? "drop" : undefined));
    const { exitCode, out, err } = await command(["--json", list(3)]);
    expect(exitCode).toBe(1);
    const lost = rowsOf(out).filter(({ error }) => error);
    expect(lost).toHaveLength(8);
    expect(lost.every(({ image }) => image.includes("/1-"))).toBe(true);
    const [first] = lost;
    expect(first).toMatchObject({
      error: { code: "ConnectionLost", message: expect.stringContaining(`${first?.executionId}`) },
    });
    expect(err).toContain(`npm run classify -- --execution ${first?.executionId}`);
    expect(err).toContain("--cancel");
  });

  it("before anything was finished is exit code 3", async () => {
    patienceMs = 200;
    api.intercept = () => "drop";
    expect(await command(["--json", list(1)])).toMatchObject({ exitCode: 3, out: "" });
  });

  it("comes back after a restart of the service, because it has responded before", async () => {
    const { url } = api;
    let restarted: Promise<FakeApi> | undefined;
    api.intercept = ({ path: at }) => {
      if (at !== "/classify" || restarted) return undefined;
      // The port refuses connections for a moment; then a service with the same executions is there.
      restarted = (async () => {
        const executions = api.executions;
        await api.close();
        return fakeApi({ port: Number(new URL(url).port), executions });
      })();
      return "drop";
    };
    const found = command(["--json", list(1)]);
    const { exitCode } = await found;
    if (restarted) api = await restarted;
    expect(exitCode).toBe(0);
  });
});

describe("a group that is rejected", () => {
  it("for one of its images affects only that row", async () => {
    onGroup("0-5.jpg", ({ path: at }) =>
      at === "/classify" ? { status: 400, body: { code: "InvalidRequest", message: "It is too long." } } : undefined,
    );
    const { exitCode, out } = await command(["--json", list(1)]);
    expect(exitCode).toBe(1);
    const refused = rowsOf(out).filter(({ error }) => error);
    expect(refused).toEqual([
      { image: "https://example.com/0-5.jpg", error: { code: "InvalidRequest", message: "It is too long." } },
    ]);
  });

  it("because the key was revoked keeps earlier groups and starts no later one", async () => {
    let starts = 0;
    api.intercept = ({ path: at }) => {
      if (at !== "/classify") return undefined;
      starts += 1;
      if (starts <= 5) return undefined;
      return { status: 403, body: { code: "Forbidden", message: "No key." } };
    };
    const { exitCode, out, err } = await command(["--json", list(8)]);
    expect(exitCode).toBe(1);
    expect(rowsOf(out).filter(({ predictions }) => predictions)).toHaveLength(40);
    expect(rowsOf(out).find(({ error }) => error)?.error).toMatchObject({
      code: "Forbidden",
      message: expect.stringContaining("Not classified."),
    });
    expect(err).toContain("--api-key");
    expect(starts).toBeLessThanOrEqual(9);
  });
});

describe("an execution that failed", () => {
  const failed = { status: "FAILED", startedAt: "2026-01-01T00:00:00.000Z", executionId: "e" };
  it("affects its group: exit code 1, because other groups are finished", async () => {
    onGroup("/0-", ({ method }) =>
      method === "GET"
        ? { status: 200, body: { ...failed, error: { code: "States.Timeout", message: "It took too long." } } }
        : undefined,
    );
    const { exitCode, out } = await command(["--json", list(2)]);
    expect(exitCode).toBe(1);
    const [first, ...rest] = rowsOf(out);
    expect(first).toMatchObject({ error: { code: "States.Timeout" }, executionId: expect.any(String) });
    expect(rest.filter(({ predictions }) => predictions)).toHaveLength(8);
  });

  it("or whose results are invalid affects its group, too", async () => {
    onGroup("/0-", ({ method }) =>
      method === "GET" ? { status: 200, body: { ...failed, status: "SUCCEEDED", results: [] } } : undefined,
    );
    const { exitCode, out } = await command(["--json", list(2)]);
    expect([exitCode, rowsOf(out)[0]?.error?.code]).toEqual([1, "NoResult"]);
  });
});

describe("a photo", () => {
  const write = (name: string, text = "bytes"): void => writeFileSync(path.join(folder, name), text);

  it("that is empty, gone or forbidden affects only its row", async () => {
    write("a.jpg");
    write("empty.jpg", "");
    write("forbidden.jpg");
    chmodSync(path.join(folder, "forbidden.jpg"), 0);
    const { exitCode, out } = await command(["--json", "a.jpg", "empty.jpg", "gone.jpg"]);
    expect(exitCode).toBe(1);
    expect(rowsOf(out)).toMatchObject([
      { predictions: [{}] },
      { error: { code: "PhotoNotReadable", message: "The file is empty." } },
      { error: { code: "PhotoNotReadable", message: 'There is no "gone.jpg".' } },
    ]);
    // The administrator may read everything.
    if (process.platform === "win32" || process.getuid?.() === 0) return;
    const forbidden = await command(["--json", "a.jpg", "forbidden.jpg"]);
    expect(rowsOf(forbidden.out)[1]).toMatchObject({ error: { code: "PhotoNotReadable" } });
  });

  it("that changes while it is read affects only its row", async () => {
    write("a.jpg");
    write("growing.jpg", "before");
    api.intercept = ({ path: at, body }) => {
      if (at === "/uploads" && body.includes('"bytes":6')) truncateSync(path.join(folder, "growing.jpg"), 3);
      return undefined;
    };
    const { exitCode, out } = await command(["--json", "a.jpg", "growing.jpg"]);
    expect(exitCode).toBe(1);
    expect(rowsOf(out)[1]?.error).toMatchObject({
      code: "PhotoNotReadable",
      message: expect.stringContaining("changed"),
    });
  });

  it("whose signed form has expired is sent with a new one", async () => {
    write("a.jpg");
    let refused = 0;
    api.intercept = ({ path: at }) => (at === "/bucket" && refused++ === 0 ? { status: 403, body: {} } : undefined);
    expect((await command(["--json", "a.jpg"])).exitCode).toBe(0);
  });
});

describe("Ctrl-C", () => {
  it("prints finished results, the executions that continue, and how to follow or stop them", async () => {
    const interrupted = new AbortController();
    onGroup("/1-", ({ method }) =>
      method === "GET"
        ? { status: 200, body: { executionId: "e", status: "RUNNING", startedAt: "2026-01-01T00:00:00.000Z" } }
        : undefined,
    );
    let out = "";
    const write = (text: string): void => {
      out += text;
      if (out.split("\n").length > 8) interrupted.abort();
    };
    const { exitCode, err } = await commandIn({ api, folder }, ["--json", list(2)], {
      stdout: { write },
      signal: interrupted.signal,
    });
    expect(exitCode).toBe(130);
    const rows = rowsOf(out);
    expect(rows.slice(0, 8).every(({ predictions }) => predictions)).toBe(true);
    const id = rows[8]?.executionId;
    expect(rows[8]?.error).toMatchObject({ code: "Interrupted", message: expect.stringContaining(`"${id}"`) });
    expect(err).toContain(`--execution ${id}`);
  });

  it("during the upload ends at once", async () => {
    writeFileSync(path.join(folder, "a.jpg"), "bytes");
    const interrupted = new AbortController();
    api.intercept = ({ path: at }) => {
      if (at === "/uploads") interrupted.abort();
      return undefined;
    };
    expect(await command(["--json", "a.jpg"], interrupted.signal)).toMatchObject({ exitCode: 130, out: "" });
    expect(api.asked.map(({ path: at }) => at)).toEqual(["/uploads"]);
  });
});

describe("--execution", () => {
  it("follows an execution that was started earlier, and stops it with --cancel", async () => {
    api.executions.set("before", { images: ["https://example.com/a.jpg", "https://example.com/bad.jpg"], polls: 0 });
    const { exitCode, out } = await command(["--json", "--execution", "before"]);
    expect(exitCode).toBe(1);
    expect(rowsOf(out)).toMatchObject([{ predictions: [{}] }, { error: { code: "NotAnImage" } }]);
    const stopped = await command(["--execution", "before", "--cancel"]);
    expect(stopped).toMatchObject({ exitCode: 0, out: 'Stopped the execution "before".\n' });
  });

  it("reports an unknown execution", async () => {
    expect(await command(["--execution", "absent"])).toMatchObject({
      exitCode: 2,
      err: 'There is no execution "absent" at this endpoint.\n',
    });
  });

  it.each([
    [["--execution", "x", "a.jpg"], "name no photos"],
    [["--cancel", "a.jpg"], "--cancel needs --execution"],
  ])("is rejected as %j", async (parameters, words) => {
    expect(await command(parameters)).toMatchObject({ exitCode: 2, err: expect.stringContaining(words) });
  });
});

describe("--html", () => {
  it("writes the sheet in addition to the results, and rejects a missing folder before it starts", async () => {
    const { err } = await command(["--html", "sheet.html", list(1)]);
    expect(err).toContain("Contact sheet: sheet.html\n");
    expect(readFileSync(path.join(folder, "sheet.html"), "utf8")).toContain("0-7.jpg");
    const before = api.asked.length;
    const refused = await command(["--html", "absent/sheet.html", "list.txt"]);
    expect(refused).toMatchObject({ exitCode: 2, err: expect.stringContaining("there is no folder") });
    expect(api.asked).toHaveLength(before);
  });
});
