import type { Socket } from "node:net";

const headEnd = "\r\n\r\n";

/**
 * Normalises response headers for the parser, like browsers: skips unsolicited interim responses (100 Continue)
 * and removes a header that is repeated identically. The parser would reject both.
 * @param maxBytes maximum size of the headers; longer headers are passed on unchanged, for the parser to reject
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

/** The text after the interim responses (1xx except 101, which changes the protocol). */
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
