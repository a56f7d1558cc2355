import type { Socket } from "node:net";
import { Agent, buildConnector } from "undici";
import type { Address } from "./addresses.ts";

export interface PinnedAgentOptions {
  readonly addresses: readonly Address[];
  /** Milliseconds for the whole exchange, within which the connection must be made. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Maximum bytes of a response's head. */
  readonly maxHeadBytes: number;
  /** Certificate authorities, in PEM form. @default the public ones that Node contains */
  readonly authorities?: readonly string[];
  /** Called with the socket before anything is read from it. */
  readonly onSocket?: (socket: Socket) => void;
}

/** Milliseconds to wait for one of several addresses before the next is tried. */
const longestAttemptMs = 2_000;

/**
 * An agent for one exchange that connects only to the given addresses, one after another, within its time and until the
 * signal.
 */
export function pinnedAgent(options: PinnedAgentOptions): Agent {
  const { addresses, timeoutMs, signal, maxHeadBytes, authorities, onSocket } = options;
  const connect = buildConnector({
    timeout: timeoutMs,
    signal,
    ...(authorities && { ca: [...authorities] }),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.min(longestAttemptMs, Math.ceil(timeoutMs / (addresses.length + 1))),
    lookup(_host, lookup, answer) {
      const [only] = addresses;
      if (lookup.all) answer(null, [...addresses]);
      else answer(null, only?.address ?? "", only?.family ?? 4);
    },
  });
  return new Agent({
    connections: 1,
    pipelining: 1,
    // The exchange has a separate timeout, which does not count time during which the process was busy.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: maxHeadBytes,
    connect(target, callback) {
      connect(target, (...result) => {
        const [, socket] = result;
        if (socket) onSocket?.(socket as Socket);
        callback(...result);
      });
    },
  });
}
