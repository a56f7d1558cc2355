import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isHeldBySession } from "./peer.ts";

/** Why a request is rejected as not being the runtime's, in the format of the Runtime API's errors. */
export interface Refusal {
  readonly status: number;
  readonly errorType: string;
  readonly errorMessage: string;
}

/**
 * Restricts access to a Runtime API to the runtime itself. A request must name exactly this address, must not come from
 * a web page and, if the system identifies the connecting process (Linux), must come from one of the sandbox's
 * processes. On other systems, a program of this machine that guesses the port is still let in: AWS's client accepts
 * only an address, so a secret path or token cannot be used.
 */
export class RuntimeDoor {
  readonly #session: (() => number | undefined) | undefined;
  readonly #known = new WeakMap<Socket, boolean>();

  /** `session` is the process id of the runtime's session leader; without it, any process may connect. */
  constructor(session?: () => number | undefined) {
    this.#session = session;
  }

  /** Returns undefined if the request is allowed. */
  refuse({ headers, socket }: IncomingMessage, address: string): Refusal | undefined {
    if (headers.host !== address) {
      return forbidden(`The host "${headers.host ?? ""}" is not this Runtime API: use AWS_LAMBDA_RUNTIME_API.`);
    }
    const page = Object.keys(headers).find((name) => name === "origin" || name.startsWith("sec-fetch-"));
    if (page !== undefined) {
      return forbidden(`A request with the header "${page}" comes from a web page, and no page is a runtime.`);
    }
    if (!this.#isRuntime(socket)) {
      return forbidden("Only the processes of the function's own sandbox may use its Runtime API.");
    }
    return undefined;
  }

  #isRuntime(socket: Socket): boolean {
    if (this.#session === undefined) return true;
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const leader = this.#session();
    const own = leader !== undefined && (isHeldBySession(socket, leader) ?? true);
    this.#known.set(socket, own);
    return own;
  }
}

function forbidden(errorMessage: string): Refusal {
  return { status: 403, errorType: "Forbidden", errorMessage };
}
