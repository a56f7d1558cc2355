import net from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Unit tests may connect only to this machine's loopback address. A connection to any other address fails at once, so a
 * test that depends on the internet fails everywhere instead of passing where there is a network.
 */
const connect = net.Socket.prototype.connect;

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = typeof first === "object" && first !== null ? (first as { host?: string; path?: string }) : {};
  const host = typeof first === "number" && typeof args[1] === "string" ? args[1] : (options.host ?? "localhost");
  if (options.path === undefined && typeof first !== "string" && !isLoopback(host)) {
    throw new Error(`a unit test tried to reach "${host}": only loopback is allowed; inject the dependency instead`);
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;
