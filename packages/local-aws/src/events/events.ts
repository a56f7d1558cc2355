import { createHash } from "node:crypto";
import type { EventTargetResource, Graph } from "../graph.ts";
import { AwsError, type Caller, type Service } from "../service.ts";
import type { Rule } from "./rules.ts";

/** What a service reports: the fields of an event that only it knows. */
export interface ServiceEvent {
  readonly source: string;
  readonly detailType: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventsOptions extends Pick<Graph, "accountId" | "region"> {
  readonly rules: readonly Rule[];
  /** The Step Functions API, which starts the executions of targets. */
  readonly states: Service;
  /** A session of a target's role. @throws AwsError if EventBridge may not assume it */
  credentialsFor(roleArn: string): Caller;
  readonly warn: (message: string) => void;
}

/** EventBridge on one machine: hands the events of services to the targets of the program's rules. */
export interface Events {
  /**
   * Resolves when each target has taken the event or refused it; undefined if no rule matches. The same event, put again
   * after a crash, does not start a second execution. Rejects if Step Functions is shutting down.
   */
  put(event: ServiceEvent): Promise<void> | undefined;
  update(rules: readonly Rule[]): void;
}

export function createEvents(options: EventsOptions): Events {
  const { accountId, region, warn } = options;
  let { rules } = options;

  async function start(target: EventTargetResource, rule: Rule, event: { readonly id: string }): Promise<void> {
    const { name, message } = await answerOf(async () =>
      options.states(startRequest(target, rule, event), options.credentialsFor(target.roleArn ?? "")),
    );
    if (name === "ServiceUnavailable") throw new AwsError(name, message, 503);
    if (name === undefined || name === "ExecutionAlreadyExists") return;
    warn(`The target "${target.id}" of rule "${rule.arn}" did not take an event. ${name}: ${message}`);
  }

  return {
    put({ source, detailType, time, resources, detail }) {
      const content = { source, "detail-type": detailType, account: accountId, region, resources, detail };
      const id = uuidOf(JSON.stringify([content, time]));
      const stamp = new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
      const event = { version: "0", id, ...content, time: stamp };
      const matching = rules.filter(({ matches }) => matches(event));
      const starts = matching.flatMap((rule) => rule.targets.map((target) => start(target, rule, event)));
      return starts.length === 0 ? undefined : Promise.all(starts).then(() => {});
    },
    update(next) {
      rules = next;
    },
  };
}

/** The name and message of the error with which a call ends; no name if it succeeds. */
async function answerOf(call: () => Promise<Response>): Promise<{ readonly name?: string; readonly message: string }> {
  try {
    const response = await call();
    const { __type: name, message = "" } = (await response.json()) as { __type?: string; message?: string };
    return response.ok || name === undefined ? { message } : { name, message };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { name: error.name, message: error.message };
  }
}

/** The execution is named by the event and the target, so that a repeated event finds the execution it has started. */
function startRequest({ id, arn }: EventTargetResource, rule: Rule, event: { readonly id: string }): Request {
  const name = `${event.id}_${uuidOf(`${rule.arn}\n${id}`)}`;
  return new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AWSStepFunctions.StartExecution" },
    body: JSON.stringify({ stateMachineArn: arn, name, input: JSON.stringify(event) }),
  });
}

/** A UUID that depends only on the text. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
