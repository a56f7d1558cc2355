/** Timeout of the request, in milliseconds; only a port that is open needs any time. */
const requestMs = 2_000;

/**
 * Whether browsers refuse to open a port, such as 6000, because another protocol uses it (Fetch Standard, "port
 * blocking"). Node's fetch has the same list, and refuses such a port before it connects.
 * @param port a port that this process listens on
 */
export async function isBlockedPort(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { method: "HEAD", signal: AbortSignal.timeout(requestMs) });
    return false;
  } catch (error) {
    return ((error as Error).cause as Error | undefined)?.message === "bad port";
  }
}
