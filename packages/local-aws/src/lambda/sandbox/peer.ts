import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";

/**
 * The files in which Linux lists TCP connections. IPv6 sockets that are connected to an IPv4 address are in the second
 * file.
 */
const tables = ["/proc/net/tcp", "/proc/net/tcp6"];

/** Number of attempts: the table may change while it is read, so one read can miss a row. */
const attempts = 3;

interface Row {
  /** Hexadecimal, in the machine's byte order. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly inode: string;
}

/**
 * Whether the other end of a loopback IPv4 connection belongs to a process in the session that `leader` started
 * (`setsid`). Returns undefined if the system does not provide this information: on any system other than Linux, or if
 * `/proc` hides connections.
 */
export function isHeldBySession(socket: Socket, leader: number): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  const { remoteAddress, remotePort, localPort } = socket;
  // The connection has already ended.
  if (remoteAddress === undefined) return false;
  let listed = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const rows = tables.flatMap(rowsOf);
    // If this server's own end is not listed either, the absence of the other end proves nothing.
    listed ||= rows.some((row) => row.localPort === localPort && row.remotePort === remotePort);
    const peer = rows.find(
      (row) =>
        row.localPort === remotePort && row.remotePort === localPort && row.localAddress.endsWith(hexOf(remoteAddress)),
    );
    if (peer) return holds(leader, peer.inode) || membersOf(leader).some((pid) => holds(pid, peer.inode));
  }
  return listed ? false : undefined;
}

function rowsOf(table: string): readonly Row[] {
  return textOf(table)
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", remote = "", , , , , , , inode = ""] = line.trim().split(/\s+/);
      const [localAddress = "", localPort = ""] = local.split(":");
      const [, remotePort = ""] = remote.split(":");
      if (localPort === "" || remotePort === "") return [];
      return [
        { localAddress, localPort: Number.parseInt(localPort, 16), remotePort: Number.parseInt(remotePort, 16), inode },
      ];
    });
}

/** Formats an IPv4 address like `/proc/net/tcp`: as a 32-bit number in the machine's byte order. */
function hexOf(address: string): string {
  const parts = address.replace(/^::ffff:/, "").split(".");
  const bytes = Buffer.from(parts.map(Number));
  return (os.endianness() === "LE" ? bytes.reverse() : bytes).toString("hex").toUpperCase();
}

function holds(pid: number, inode: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).some((name) => linkOf(`${folder}/${name}`) === `socket:[${inode}]`);
}

/** Lists the processes of a session, using the sixth field of `/proc/<pid>/stat`. */
function membersOf(session: number): readonly number[] {
  return namesIn("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const stat = textOf(`/proc/${pid}/stat`);
      // The second field is the program's name in parentheses, which may itself contain any character.
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]) === session;
    })
    .map(Number);
}

/** Processes and their file descriptors may disappear while they are read; whatever is gone holds no connection. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
