import { readFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, results, start } from "../support/client.ts";
import { logText } from "../support/logs.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { descendants } from "../support/processes.ts";
import { startService } from "../support/service.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";

/**
 * A sandbox is killed in the middle of a classification. The history must be the same as on AWS, and the result must
 * still be right.
 */
describe("a killed sandbox", () => {
  const ran = opened(killSandbox);

  test("costs a retry, not the result", () => {
    expect(ran().label).toBe("Labrador retriever");
  });

  test("leaves the failed attempt in the history, with Lambda's error name", () => {
    const failed = ran().events.find(({ type }) => type === "TaskFailed");
    expect(failed?.taskFailedEventDetails?.error).toBe("Runtime.ExitError");
  });

  test("is followed by the success of a new attempt", () => {
    const { events } = ran();
    const after = events.slice(events.findIndex(({ type }) => type === "TaskFailed")).map(({ type }) => type);
    expect(after).toContain("TaskScheduled");
    expect(after).toContain("TaskSucceeded");
  });

  test("has one START without END in its log", () => {
    const starts = [...ran().log.matchAll(/^START RequestId: (\S+)/gm)].map((match) => match[1]);
    const ends = new Set([...ran().log.matchAll(/^END RequestId: (\S+)/gm)].map((match) => match[1]));
    expect(starts.filter((id) => !ends.has(id))).toHaveLength(1);
  });
});

async function killSandbox() {
  const slow = await slowServer();
  const service = await startService({ arguments: ["--allow-host", slow.host] });
  const client = statesClient(service);
  try {
    // At its start, the service classifies the sample photo. Until that has finished, the busy sandbox may be a
    // different one.
    await until("the warm-up ends", () => service.output().includes("Ready in"));
    const sample = await (await fetch(`${service.url}/${sampleKey}`)).arrayBuffer();
    slow.answerWith(Buffer.from(sample));
    const executionId = await start(service, [slow.url]);
    await until("the sandbox asks for the photo", () => slow.requests > 0);
    const victim = descendants(service.process.pid ?? 0).find(({ pid }) => isClassify(pid));
    if (!victim) throw new Error("no classify sandbox runs under the service");
    process.kill(victim.pid, "SIGKILL");
    slow.release();

    const view = await finish(service, executionId);
    const [found] = await results(service, view);
    const events = await historyOf(client, await executionArn(client, /workflow/, executionId));
    return { label: labelOf(found), events, log: await logText(service, /classify/) };
  } finally {
    client.destroy();
    await service.stop();
    await slow.close();
  }
}

/**
 * Whether a process is a sandbox of `classify`. Only the environment shows it, because all sandboxes run the same
 * command.
 */
function isClassify(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").includes("_HANDLER=classify/handler.handler");
  } catch {
    return false;
  }
}

/** Sends the beginning of a photo, and holds back the rest until it is released. */
async function slowServer() {
  let body: Buffer = Buffer.alloc(0);
  let released = false;
  let requests = 0;
  const waiting = new Set<() => void>();
  const server = http.createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": body.length });
    response.write(body.subarray(0, 1024));
    const finishAnswer = (): void => void response.end(body.subarray(1024));
    if (released) finishAnswer();
    else waiting.add(finishAnswer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/slow.jpg`,
    get requests() {
      return requests;
    },
    answerWith(photo: Buffer) {
      body = photo;
    },
    release() {
      released = true;
      for (const finishAnswer of waiting) finishAnswer();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
