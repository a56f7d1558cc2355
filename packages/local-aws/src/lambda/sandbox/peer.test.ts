import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isHeldBySession } from "./peer.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/**
 * Connects to a port and keeps the connection open. With `shell`, the session leader is a shell and its child process
 * connects.
 */
function client(port: number, shell: boolean): number {
  const script = `require("node:net").connect(${port}, "127.0.0.1")`;
  const child = shell
    ? spawn("/bin/sh", ["-c", `"$0" -e '${script}'; true`, process.execPath], { detached: true, stdio: "ignore" })
    : spawn(process.execPath, ["-e", script], { detached: true, stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

async function connected(connect: (port: number) => number) {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const pid = connect((server.address() as AddressInfo).port);
  const [socket] = (await accepted) as [net.Socket];
  server.close();
  socket.on("error", () => undefined);
  return { socket, pid };
}

describe.runIf(process.platform === "linux")("the process at the other end of a connection", () => {
  it.each([
    ["leads the session", false],
    ["was started within the session", true],
  ])("%s", async (_what, shell) => {
    const { socket, pid } = await connected((port) => client(port, shell));
    expect(isHeldBySession(socket, pid)).toBe(true);
    socket.destroy();
  });

  it("is another session's, or this very one", async () => {
    const other = spawn("/bin/sleep", ["30"], { detached: true, stdio: "ignore" });
    children.push(other);
    const { socket } = await connected((port) => client(port, false));
    expect(isHeldBySession(socket, other.pid ?? 0)).toBe(false);
    socket.destroy();
    const own = await connected((port) => {
      net.connect(port, "127.0.0.1").on("error", () => undefined);
      return other.pid ?? 0;
    });
    expect(isHeldBySession(own.socket, own.pid)).toBe(false);
    own.socket.destroy();
  });

  it("holds nothing when the connection has ended", async () => {
    const { socket, pid } = await connected((port) => client(port, false));
    socket.destroy();
    await once(socket, "close");
    expect(isHeldBySession(socket, pid)).toBe(false);
  });
});
