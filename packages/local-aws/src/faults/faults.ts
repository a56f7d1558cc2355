import { createHash } from "node:crypto";
import type { FunctionResource, Graph } from "../graph.ts";
import { type Fault, type FaultFile, FaultFileError, type FaultOf, type FaultService } from "./fault-file.ts";
import type { S3OperationName } from "./s3-operation.ts";

export interface FaultsOptions {
  /** Receives one sentence for each call that is affected. @default none */
  readonly onFault?: (sentence: string) => void;
  /** Milliseconds since any fixed moment. @default Date.now */
  readonly now?: () => number;
}

/** How often a fault was asked and took effect. */
interface Count {
  asked: number;
  struck: number;
  firstAt: number | undefined;
}

type FaultyFunction = Pick<FunctionResource, "name" | "command">;

/**
 * Decides for each call of a service whether it fails. The decision about the n-th call that a fault matches depends
 * only on the seed, the position of the fault in the file and n, so the same sequence of calls meets the same faults.
 * The first fault that takes effect counts; the ones after it do not see the call.
 */
export class Faults {
  readonly #file: FaultFile;
  readonly #onFault: (sentence: string) => void;
  readonly #now: () => number;
  readonly #counts: readonly Count[];

  constructor(file: FaultFile, { onFault = () => undefined, now = Date.now }: FaultsOptions = {}) {
    this.#file = file;
    this.#onFault = onFault;
    this.#now = now;
    this.#counts = file.faults.map(() => ({ asked: 0, struck: 0, firstAt: undefined }));
  }

  /** Number of calls that each fault of the file has affected. */
  get struck(): readonly number[] {
    return this.#counts.map(({ struck }) => struck);
  }

  /** @throws FaultFileError if a fault names a function that the program does not declare */
  check({ functions }: Pick<Graph, "functions">, file: string): void {
    const problems = this.#file.faults.flatMap((fault, index) => {
      if (fault.service !== "lambda" || functions.some((each) => isMeant(fault.function, each))) return [];
      const known = functions.map((each) => `"${folderOf(each)}"`).join(", ");
      return [
        `"faults[${index}].function" is "${fault.function}", which no function is called. The program has ${known}.`,
      ];
    });
    if (problems.length > 0) throw new FaultFileError(file, problems);
  }

  /** The fault of a call of a function, with a number from 0 to below 1 that is drawn for it. */
  lambda(called: FaultyFunction): { readonly fault: FaultOf<"lambda">; readonly chance: number } | undefined {
    return this.#strike("lambda", `function "${folderOf(called)}"`, (fault) => isMeant(fault.function, called));
  }

  s3(operation: S3OperationName, key: string): FaultOf<"s3"> | undefined {
    const matches = (fault: FaultOf<"s3">): boolean =>
      (fault.operation === "*" || fault.operation === operation) && key.startsWith(fault.prefix);
    return this.#strike("s3", `${operation} of "${key}"`, matches)?.fault;
  }

  states(operation: string): FaultOf<"states"> | undefined {
    return this.#strike("states", operation, (fault) => fault.operation === "*" || fault.operation === operation)
      ?.fault;
  }

  /** @param path the path below the stage */
  gateway(method: string, path: string): FaultOf<"apigateway"> | undefined {
    const route = `${method} ${path}`;
    return this.#strike("apigateway", route, (fault) => matchesGlob(fault.route, route))?.fault;
  }

  #strike<Service extends FaultService>(
    service: Service,
    what: string,
    matches: (fault: FaultOf<Service>) => boolean,
  ): { readonly fault: FaultOf<Service>; readonly chance: number } | undefined {
    for (const [index, each] of this.#file.faults.entries()) {
      if (each.service !== service || !matches(each as FaultOf<Service>)) continue;
      const count = this.#counts[index];
      if (count === undefined || !this.#takesEffect(each, index, count)) continue;
      count.struck += 1;
      this.#onFault(`faults[${index}] ${each.error}: ${what}`);
      return { fault: each as FaultOf<Service>, chance: this.#draw(index, count.asked, "chance") };
    }
    return undefined;
  }

  #takesEffect(fault: Fault, index: number, count: Count): boolean {
    count.asked += 1;
    count.firstAt ??= this.#now();
    if (count.struck >= (fault.atMost ?? Number.POSITIVE_INFINITY)) return false;
    if (fault.firstCalls !== undefined) return count.asked <= fault.firstCalls;
    if (fault.forSeconds !== undefined) return this.#now() < count.firstAt + fault.forSeconds * 1_000;
    return this.#draw(index, count.asked, "effect") < (fault.probability ?? 0);
  }

  /** A number from 0 to below 1, the same for the same seed, fault and call. */
  #draw(index: number, call: number, purpose: string): number {
    const digest = createHash("sha256").update(`${this.#file.seed} ${index} ${call} ${purpose}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }
}

/** The folder of the handler, which is what a program calls its function: "orders" of `orders/handler.handler`. */
function folderOf({ name, command }: FaultyFunction): string {
  return command[0]?.split("/").slice(0, -1).join("/") || name;
}

const isMeant = (pattern: string, called: FaultyFunction): boolean =>
  matchesGlob(pattern, called.name) || matchesGlob(pattern, folderOf(called));

/** Whether a text matches a pattern in which `*` is any text. Linear in practice: a pattern is one line of a file. */
function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
