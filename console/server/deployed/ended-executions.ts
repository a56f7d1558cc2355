import { LRUCache } from "lru-cache";
import { endStatuses } from "../../src/model/history/end-statuses.ts";
import type { DoorCall } from "../door-keeper.ts";
import type { Reply } from "../operation.ts";

/** Bytes of all kept responses, measured as JSON. */
const mostBytes = 64 * 1024 * 1024;
/** An execution that failed may be redriven elsewhere, so its responses are asked for again after this time. */
const redrivableMs = 60_000;

/** Operations whose response no longer changes once their execution has ended. */
const ofExecution: readonly string[] = [
  "DescribeExecution",
  "GetExecutionHistory",
  "DescribeStateMachineForExecution",
  "ListMapRuns",
];

/** Responses about executions and Map Runs that have ended: they are not asked for again. */
export class EndedExecutions {
  readonly #replies = new LRUCache<string, Reply>({
    maxSize: mostBytes,
    sizeCalculation: ({ body }) => JSON.stringify(body ?? null).length + 1,
  });
  /** The last status of each execution that has ended. */
  readonly #statuses = new LRUCache<string, string>({ max: 10_000 });

  /** Counts what `forget` was called for: a response from before such a call says nothing about the time after it. */
  #changes = 0;

  find(call: DoorCall): Reply | undefined {
    return this.#replies.get(keyOf(call));
  }

  /**
   * Call it before a call is made, and what it returns with the response: an execution that ended while the call was on
   * its way may have ended after the response was made.
   */
  keeperOf(call: DoorCall): (reply: Reply) => void {
    const [changes, status] = [this.#changes, this.#statuses.get(arnOf(call) ?? "")];
    return (reply) => {
      if (this.#changes === changes) this.#keep(call, reply, status);
    };
  }

  /** @param statusBefore the execution's status if it had ended before the call */
  #keep(call: DoorCall, reply: Reply, statusBefore: string | undefined): void {
    const { operation } = call;
    const body = reply.body as { readonly status?: unknown; readonly stopDate?: unknown } | undefined;
    const arn = arnOf(call);
    if (operation === "DescribeMapRun") {
      if (body?.stopDate !== undefined) this.#set(call, reply, String(body.status));
      return;
    }
    if (!ofExecution.includes(operation) || arn === undefined) return;
    if (operation !== "DescribeExecution") {
      const status = statusBefore ?? endInHistory(call, body);
      if (status !== undefined) this.#set(call, reply, status);
    } else if (body?.stopDate !== undefined) {
      const status = String(body.status);
      this.#statuses.set(arn, status);
      this.#set(call, reply, status);
    }
  }

  /** Drops what is kept of an execution that the call changes. */
  forget(call: DoorCall): void {
    this.#changes += 1;
    const arn = arnOf(call);
    if (arn === undefined) return;
    this.#statuses.delete(arn);
    for (const key of [...this.#replies.keys()]) if (key.includes(JSON.stringify(arn))) this.#replies.delete(key);
  }

  #set(call: DoorCall, reply: Reply, status: string): void {
    this.#replies.set(keyOf(call), reply, status === "SUCCEEDED" ? {} : { ttl: redrivableMs });
  }
}

/**
 * The status with which a page of a history says that its execution has ended; undefined if it does not say so. Of child
 * executions, the page reads the history only.
 */
function endInHistory({ operation, input }: DoorCall, body: unknown): string | undefined {
  if (operation !== "GetExecutionHistory") return undefined;
  const request = (input ?? {}) as { readonly reverseOrder?: unknown; readonly nextToken?: unknown };
  const page = (body ?? {}) as {
    readonly events?: readonly { readonly type?: string }[];
    readonly nextToken?: unknown;
  };
  const isNewest = (request.reverseOrder === true ? request : page).nextToken === undefined;
  const newest = page.events?.at(request.reverseOrder === true ? 0 : -1);
  return isNewest ? endStatuses[newest?.type ?? ""] : undefined;
}

function keyOf({ operation, input }: DoorCall): string {
  return `${operation} ${JSON.stringify(input)}`;
}

function arnOf({ input }: DoorCall): string | undefined {
  const { executionArn } = (input ?? {}) as { readonly executionArn?: unknown };
  return typeof executionArn === "string" ? executionArn : undefined;
}
