import type { Socket } from "node:net";

const headEnd = "\r\n\r\n";

/**
 * Lets the parser see of a response's head what browsers make of it: an interim response that was not asked for (100 Continue)
 * is skipped, and a header that is repeated word for word counts once. The parser would refuse both.
 * @param maxBytes of the head; a longer one is passed on as it is, for the parser to refuse
 */
export function tolerateHead(socket: Socket, maxBytes: number): void {
  const read = socket.read.bind(socket);
  let held: Buffer | undefined = Buffer.alloc(0);
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk: Buffer | null = read(size);
      if (held === undefined || chunk === null) return chunk;
      held = Buffer.concat([held, chunk]);
      const rest = withoutInterim(held);
      const end = rest.indexOf(headEnd);
      if (end === -1 && held.length <= maxBytes) continue;
      held = undefined;
      return end === -1 ? rest : Buffer.concat([withoutRepetition(rest.subarray(0, end)), rest.subarray(end)]);
    }
  };
}

/** What follows the interim responses (1xx, but not 101, which changes the protocol). */
function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes;
  while (/^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/.test(rest.toString("latin1", 0, 14))) {
    const end = rest.indexOf(headEnd);
    if (end === -1) break;
    rest = rest.subarray(end + headEnd.length);
  }
  return rest;
}

function withoutRepetition(head: Buffer): Buffer {
  const [status = "", ...lines] = head.toString("latin1").split("\r\n");
  return Buffer.from([status, ...new Set(lines)].join("\r\n"), "latin1");
}
