import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClientTiming } from "./api/client.ts";
import { headroomHelp } from "./headroom/options.ts";
import { help, smokeHelp } from "./options.ts";
import { run } from "./run.ts";
import { commandIn } from "./test-support/command.ts";
import { type FakeApi, fakeApi } from "./test-support/fake-api.ts";
import { rowsOf } from "./test-support/json-rows.ts";

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

/** The command with the fake as its endpoint. */
const command = (...parameters: string[]) => commandWith({ retryMs: 1 }, parameters);

const commandWith = (timing: Partial<ClientTiming>, parameters: readonly string[]) =>
  commandIn({ api, folder }, parameters, {
    environment: { DLW_ENDPOINT: api.url, DLW_API_KEY: "the-key" },
    timing: { pollMs: 1, ...timing },
  });
const asked = (method: string, at: string) =>
  api.asked.filter((request) => request.method === method && request.path.startsWith(at));

describe("npm run classify", () => {
  it("uploads photos with the signed form, sends references unchanged, and prints results in order", async () => {
    mkdirSync(path.join(folder, "photos", "more"), { recursive: true });
    writeFileSync(path.join(folder, "photos", "more", "b.PNG"), "png bytes");
    writeFileSync(path.join(folder, "photos", "a.jpg"), "jpeg bytes");
    writeFileSync(path.join(folder, "photos", "notes.md"), "no photo");
    const { exitCode, out } = await command("--json", "https://example.com/x.jpg", "photos");
    expect(rowsOf(out)).toEqual([
      { image: "https://example.com/x.jpg", predictions: [{ label: "https://example.com/x.jpg", probability: 0.5 }] },
      {
        image: path.join("photos", "a.jpg"),
        predictions: [{ label: "s3://bucket/uploads/image/jpeg", probability: 0.5 }],
      },
      {
        image: path.join("photos", "more", "b.PNG"),
        predictions: [{ label: "s3://bucket/uploads/image/png", probability: 0.5 }],
      },
    ]);
    expect(exitCode).toBe(0);
    const tickets = asked("POST", "/uploads").map(({ body }) => JSON.parse(body) as unknown);
    expect(tickets).toContainEqual({ contentType: "image/jpeg", bytes: 10 });
    const form = asked("POST", "/bucket").find(({ body }) => body.includes("jpeg bytes"));
    expect(form?.body).toMatch(/name="key"[\s\S]*uploads\/image\/jpeg[\s\S]*name="file"[\s\S]*jpeg bytes/);
    expect(form?.headers["x-api-key"]).toBeUndefined();
    expect(asked("POST", "/classify")[0]?.headers["x-api-key"]).toBe("the-key");
  });

  it("exits 1 if some images have an error, and shows which", async () => {
    const { exitCode, out } = await command("--csv", "https://example.com/bad.jpg", "https://example.com/good.jpg");
    expect(exitCode).toBe(1);
    expect(out).toContain("https://example.com/bad.jpg,,,,NotAnImage,It is no image.");
    expect(out).toContain("https://example.com/good.jpg,1,https://example.com/good.jpg,0.5,,");
  });

  it("requests the given top k and polls until the end", async () => {
    api.runningPolls = 3;
    await command("--top-k", "4", "s3://bucket/uploads/a.jpg");
    const body = JSON.parse(asked("POST", "/classify")[0]?.body ?? "") as unknown;
    expect(body).toEqual({ images: ["s3://bucket/uploads/a.jpg"], topK: 4 });
    expect(asked("GET", "/executions/")).toHaveLength(4);
  });

  it("prints a line of JSON per image as soon as it is done, each once, with its place in the input", async () => {
    const images = Array.from({ length: 16 }, (_, at) => `https://example.com/${at}.jpg`);
    const late = new Set<string>();
    let release = () => {};
    const first = new Promise<void>((resolve) => {
      release = resolve;
    });
    api.intercept = ({ method, path: at, body, headers }) => {
      if (at === "/classify" && body.includes("/8.jpg")) late.add(String(headers["idempotency-key"]));
      if (method !== "GET" || !late.has(at.split("/")[2] ?? "")) return undefined;
      const view = { executionId: "e", status: "RUNNING", startedAt: "2026-01-01T00:00:00.000Z" };
      return held ? { status: 200, body: view } : undefined;
    };
    let held = true;
    const lines: { index: number; image: string }[] = [];
    const exit = run(["--json", ...images], {
      stdout: {
        write: (text) => {
          lines.push(JSON.parse(text));
          if (lines.length === 8) release();
        },
      },
      stderr: { write: () => {} },
      environment: { DLW_ENDPOINT: api.url },
      folder,
      root: folder,
      timing: { retryMs: 1, pollMs: 1 },
    });
    await first;
    expect(lines.map(({ index }) => index).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    held = false;
    expect(await exit).toBe(0);
    expect(lines.map(({ index, image }) => [index, image]).sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      images.map((image, index) => [index, image]),
    );
  });

  it("asks for a webhook in each request", async () => {
    await command("--notify", "https://hooks.example.com/x", "https://example.com/a.jpg");
    expect(JSON.parse(asked("POST", "/classify")[0]?.body ?? "")).toMatchObject({
      notify: "https://hooks.example.com/x",
    });
  });

  it("posts in groups, and halves a group that is too large for the API", async () => {
    const images = Array.from({ length: 850 }, (_, at) => `${at}.jpg`);
    for (const image of images) writeFileSync(path.join(folder, image), "bytes");
    writeFileSync(path.join(folder, "list.json"), JSON.stringify(images));
    const sizes: number[] = [];
    api.intercept = ({ path: at, body }) => {
      if (at !== "/classify") return undefined;
      const { length } = (JSON.parse(body) as { images: string[] }).images;
      sizes.push(length);
      return length > 60 ? { status: 413, body: { code: "TooManyImages", message: "Too many." } } : undefined;
    };
    const { exitCode, out } = await command("--json", "list.json");
    expect(exitCode).toBe(0);
    expect(rowsOf(out).map(({ image }) => image)).toEqual(images);
    expect(sizes.sort((a, b) => a - b)).toEqual([...new Array(17).fill(50), ...new Array(8).fill(100)]);
  });

  it("makes small groups of a short list, so that there is progress", async () => {
    writeFileSync(path.join(folder, "list.txt"), "https://example.com/a.jpg\n".repeat(63));
    expect((await command("list.txt")).exitCode).toBe(0);
    expect(asked("POST", "/classify")).toHaveLength(8);
  });

  it("uploads a few photos at a time, so that a large folder does not open many connections", async () => {
    for (let at = 0; at < 12; at++) writeFileSync(path.join(folder, `${at}.jpg`), "bytes");
    let release = (): void => {};
    api.held = new Promise((resolve) => {
      release = resolve;
    });
    const running = command(".");
    await expect.poll(() => api.atOnce).toBe(4);
    // Time for a fifth, if there was one.
    await new Promise((resolve) => setTimeout(resolve, 50));
    release();
    expect((await running).exitCode).toBe(0);
    expect(api.mostAtOnce).toBe(4);
  });

  it("retries transient failures with the same key, so that nothing runs twice", async () => {
    let failures = 2;
    api.intercept = ({ path: at }) =>
      at === "/classify" && failures-- > 0
        ? { status: 503, body: { code: "ServiceUnavailable", message: "Try again." } }
        : undefined;
    expect((await command("https://example.com/a.jpg")).exitCode).toBe(0);
    const keys = asked("POST", "/classify").map(({ headers }) => headers["idempotency-key"]);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });

  it("fetches results that are too large for the response by URL, without sending the key to the bucket", async () => {
    const result = { index: 0, image: "x", width: 1, height: 1, predictions: [{ label: "tabby", probability: 1 }] };
    api.intercept = ({ path: at, method }) => {
      if (at === "/signed") return { status: 200, body: [result] };
      if (at.endsWith("/results")) return { status: 302, headers: { location: `${api.url}/signed` } };
      if (method !== "GET") return undefined;
      const counts = { total: 1, succeeded: 1, failed: 0 };
      const view = { executionId: "e", status: "SUCCEEDED", startedAt: "2026-01-01T00:00:00.000Z", counts };
      return { status: 200, body: { ...view, resultsUrl: `${api.url}/executions/e/results` } };
    };
    const { out } = await command("--json", "https://example.com/a.jpg");
    expect(out).toContain("tabby");
    expect(asked("GET", "/signed")[0]?.headers["x-api-key"]).toBeUndefined();
  });

  it("reports an error for a rejected photo, and continues with the rest", async () => {
    writeFileSync(path.join(folder, "large.jpg"), "large");
    api.intercept = ({ path: at }) =>
      at === "/uploads" ? { status: 413, body: { code: "PayloadTooLarge", message: "Too large." } } : undefined;
    const { exitCode, out } = await command("--csv", "large.jpg", "https://example.com/a.jpg");
    expect(exitCode).toBe(1);
    expect(out).toContain("large.jpg,,,,PayloadTooLarge,Too large.");
    expect(out).toContain("https://example.com/a.jpg,1,");
  });

  it("exits 4 if an execution failed", async () => {
    api.intercept = ({ method }) => {
      const view = { executionId: "e", status: "FAILED", startedAt: "2026-01-01T00:00:00.000Z" };
      const error = { code: "States.Timeout", message: "It took too long." };
      return method === "GET" ? { status: 200, body: { ...view, error } } : undefined;
    };
    const { exitCode, out } = await command("--csv", "https://example.com/a.jpg");
    expect(exitCode).toBe(4);
    expect(out).toContain("States.Timeout");
  });

  it.each([
    ["a rejected key", { status: 403, body: { code: "Forbidden", message: "No key." } }, "--api-key"],
    ["a server that is not the API", { status: 200, body: "hello" }, "check the endpoint"],
  ])("exits 3 for %s with the remedy", async (_what, answer, words) => {
    api.intercept = () => answer;
    const { exitCode, err, out } = await command("https://example.com/a.jpg");
    expect([exitCode, out]).toEqual([3, ""]);
    expect(err).toContain(words);
  });

  it("exits 3 at once if the port is closed", async () => {
    const closed = api;
    api = await fakeApi();
    await closed.close();
    // Waits this long would outlast the test: there must be none.
    const timing = { retryMs: 600_000, patienceMs: 600_000 };
    const { exitCode, err } = await commandWith(timing, ["--endpoint", closed.url, "https://example.com/a.jpg"]);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/is not reachable \(ECONNREFUSED\)\. Start the service .*--endpoint/);
  });

  it("exits 3 for a webhook that the stack does not call, after one request", async () => {
    const message = "This stack sends no webhooks.";
    const body = { code: "NotifyNotAllowed", message, details: [{ path: "notify", message: "no webhooks" }] };
    api.intercept = ({ path: at }) => (at === "/classify" ? { status: 400, body } : undefined);
    const images = ["https://example.com/a.jpg", "https://example.com/b.jpg"];
    expect(await command("--notify", "https://hooks.example.com/x", ...images)).toEqual({
      exitCode: 3,
      out: "",
      err: `NotifyNotAllowed: ${message}\n`,
    });
    expect(asked("POST", "/classify")).toHaveLength(1);
  });

  it.each([
    [[], "at least one"],
    [[""], "An input is empty"],
    [["https://example.com/a.jpg", ""], "An input is empty"],
    [["--top-k", "0", "x"], "--top-k"],
    [["--json", "--csv", "x"], "exclude each other"],
    [["--notify", "http://hooks.example.com", "x"], 'begins with "https://"'],
    [["--notify", "https://hooks.example.com", "--execution", "x"], "leave it out with --execution"],
    [["--nonsense", "x"], "--nonsense"],
    [["absent.jpg"], 'There is no "absent.jpg".'],
    [["--stack", "dev", "--endpoint", "https://a.example", "x"], "exclude each other"],
    [["--endpoint", "http://a.example", "https://example.com/a.jpg"], "https://"],
  ])("exits 2 for %j", async (parameters, words) => {
    const { exitCode, err } = await command(...parameters);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(words)]);
    expect(api.asked).toEqual([]);
  });

  it.each([help, smokeHelp, headroomHelp])("has a help that fits 80 columns wherever it is read", (text) => {
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("explains itself", async () => {
    const { exitCode, out } = await command("--help");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("Exit codes: 0 ")]);
  });
});
