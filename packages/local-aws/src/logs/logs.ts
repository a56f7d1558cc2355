import type { Graph } from "../graph.ts";
import type { Authorizer, LogSink, Service } from "../service.ts";
import { Group } from "./group.ts";
import { createLogsService } from "./service.ts";

export interface LogsOptions extends Pick<Graph, "logGroups" | "region" | "accountId"> {
  /** Folder of the log files: one subfolder per group, and one append-only file per stream. */
  readonly dataDir: string;
  readonly authorizer: Authorizer;
  /** @default console.warn */
  readonly warn?: (message: string) => void;
}

export interface Logs extends LogSink {
  /** The CloudWatch Logs API. */
  readonly service: Service;
  update(graph: Pick<Graph, "logGroups">): void;
  /** Writes buffered events to the files. */
  close(): void;
}

const firstExpiryMs = 60_000;
const expireEveryMs = 3_600_000;

/** Serves CloudWatch Logs on this machine. */
export function createLogs({
  dataDir,
  authorizer,
  region,
  accountId,
  logGroups,
  warn = console.warn,
}: LogsOptions): Logs {
  const groups = new Map<string, Group>();

  function update({ logGroups: declared }: Pick<Graph, "logGroups">): void {
    for (const { name, arn, retentionDays } of declared) {
      const known = groups.get(name);
      if (known) known.retentionDays = retentionDays;
      else groups.set(name, new Group(name, arn.replace(/:\*$/, ""), retentionDays, dataDir, warn));
    }
  }

  function groupOf(name: string): Group {
    let group = groups.get(name);
    if (!group) {
      // Lambda creates the log group of a function if the program declares none.
      group = new Group(name, `arn:aws:logs:${region}:${accountId}:log-group:${name}`, 0, dataDir, warn);
      groups.set(name, group);
    }
    return group;
  }

  function expire(): void {
    for (const group of groups.values()) group.expire();
  }

  update({ logGroups });
  // Not immediately, so that scanning old logs does not slow down the start.
  const first = setTimeout(expire, firstExpiryMs);
  const timer = setInterval(expire, expireEveryMs);
  first.unref();
  timer.unref();
  return {
    write: (group, stream, messages) => groupOf(group).write(stream, messages),
    service: createLogsService({ groups: () => [...groups.values()], authorizer, warn }),
    update,
    close() {
      clearTimeout(first);
      clearInterval(timer);
      for (const group of groups.values()) group.flush();
    },
  };
}
