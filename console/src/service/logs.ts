import type { LogEvent } from "../model/logs/log-event.ts";
import type { Aws } from "./aws.ts";

export interface LogRequest {
  readonly group: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to?: number | undefined;
  /** Words that must occur in an event, in the form of a filter pattern of CloudWatch Logs. */
  readonly pattern?: string;
  readonly nextToken?: string | undefined;
}

export interface LogPage {
  readonly events: readonly LogEvent[];
  /** A page may be empty and yet not be the last one. */
  readonly nextToken: string | undefined;
}

interface Output {
  readonly events?: readonly {
    readonly eventId?: string;
    readonly logStreamName?: string;
    readonly timestamp?: number;
    readonly message?: string;
  }[];
  readonly nextToken?: string;
}

/** The part of CloudWatch Logs that this page uses. */
export class Logs {
  readonly #aws: Pick<Aws, "call">;

  constructor(aws: Pick<Aws, "call">) {
    this.#aws = aws;
  }

  async events({ group, from, to, pattern, nextToken }: LogRequest): Promise<LogPage> {
    const output = await this.#aws.call<Output>("logs", "FilterLogEvents", {
      logGroupName: group,
      startTime: Math.max(0, Math.floor(from)),
      endTime: to === undefined ? undefined : Math.ceil(to),
      filterPattern: pattern,
      nextToken,
    });
    const events = (output.events ?? []).map(({ eventId, logStreamName, timestamp, message }) => ({
      id: eventId ?? "",
      group,
      stream: logStreamName ?? "",
      at: timestamp ?? 0,
      message: message ?? "",
    }));
    return { events, nextToken: output.nextToken };
  }
}
