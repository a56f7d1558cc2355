import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandIn } from "./test-support/command.ts";
import { type FakeApi, fakeApi } from "./test-support/fake-api.ts";

const photo = "https://example.com/a.jpg";
const later = "2099-01-01T02:00:00.000Z";

let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await fakeApi();
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-cli-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

const command = (...parameters: string[]) => commandIn({ api, folder }, parameters);

/** The fake accepts each request as one that begins later. */
function holdAll(): void {
  api.intercept = ({ method, path: at, headers }) => {
    if (method !== "POST" || at !== "/classify") return undefined;
    const executionId = String(headers["idempotency-key"]);
    const statusUrl = `${api.url}/executions/${executionId}`;
    return { status: 202, body: { executionId, status: "SCHEDULED", statusUrl } };
  };
}

const asked = (method: string, at: string) =>
  api.asked.filter((request) => request.method === method && request.path.startsWith(at));

describe("npm run classify -- --not-before", () => {
  it("starts executions at that time, says how to follow and cancel them, and does not wait", async () => {
    holdAll();
    writeFileSync(path.join(folder, "a.jpg"), "jpeg bytes");
    const { exitCode, out, err } = await command("--not-before", "2099-01-01T03:00:00+01:00", photo, "a.jpg");
    expect([exitCode, out]).toEqual([0, ""]);
    const [request] = asked("POST", "/classify");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ notBefore: later });
    expect(err).toContain(
      `Execution "${String(request?.headers["idempotency-key"])}" begins at ${later}. Follow it: npm run`,
    );
    expect(err).toContain("--cancel");
    expect(asked("GET", "/executions/")).toEqual([]);
  });

  it.each([["s3://photos/2027/"], ["--json", photo]])("does the same for %j", async (...parameters) => {
    holdAll();
    const { exitCode, out, err } = await command("--not-before", later, ...parameters);
    expect([exitCode, out]).toEqual([0, ""]);
    expect(err).toContain(`begins at ${later}`);
  });

  it("counts a photo that cannot be sent as an error", async () => {
    holdAll();
    writeFileSync(path.join(folder, "empty.jpg"), "");
    const { exitCode } = await command("--not-before", later, photo, "empty.jpg");
    expect(exitCode).toBe(1);
  });

  it("exits 3 for a time that the service refuses, after one request", async () => {
    const message = '"notBefore" is too late.';
    const body = { code: "InvalidRequest", message, details: [{ path: "notBefore", message: "is too late" }] };
    api.intercept = ({ path: at }) => (at === "/classify" ? { status: 400, body } : undefined);
    const { exitCode, err } = await command("--not-before", later, photo, "https://example.com/b.jpg");
    expect([exitCode, err]).toEqual([3, `InvalidRequest: ${message}\n`]);
    expect(asked("POST", "/classify")).toHaveLength(1);
  });

  it("follows an execution that begins at once, because the time has passed", async () => {
    const { exitCode, out } = await command("--not-before", "2001-01-01T00:00:00Z", "--csv", photo);
    expect(exitCode).toBe(0);
    expect(out).toContain(photo);
  });

  it.each([
    [["--not-before", "tomorrow", photo], "ISO 8601 time with an offset"],
    [["--not-before", "2099-01-01T02:00:00", photo], "ISO 8601 time with an offset"],
    [["--not-before", later, "--execution", "x"], "leave it out with --execution"],
  ])("refuses %j", async (parameters, words) => {
    const { exitCode, err } = await command(...parameters);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe("an execution that has not begun", () => {
  it("is followed until it begins and ends", async () => {
    await command(photo);
    const [id = ""] = [...api.executions.keys()];
    let polls = 0;
    api.intercept = ({ method, path: at }) => {
      if (method !== "GET" || !at.startsWith("/executions/") || polls++ > 2) return undefined;
      return { status: 200, body: { executionId: id, status: "SCHEDULED", startedAt: later, notBefore: later } };
    };
    const { exitCode, out } = await command("--csv", "--execution", id);
    expect(exitCode).toBe(0);
    expect(out).toContain(photo);
    expect(polls).toBeGreaterThan(3);
  });

  it("is cancelled like one that runs", async () => {
    api.intercept = () => ({
      status: 202,
      body: { executionId: "x", status: "SCHEDULED", statusUrl: `${api.url}/executions/x` },
    });
    expect((await command("--execution", "x", "--cancel")).out).toContain('Stopped the execution "x"');
  });
});
