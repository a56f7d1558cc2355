/** A process that runs sandboxes until it is killed: prints the process ids of the sandboxes, then waits. */
import { harness } from "./harness.ts";

const tmpDir = process.argv[2] ?? "";
const { invoke } = harness({
  tmpDir,
  handlers: {
    busy: `import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
      export const handler = async ({ spin }) => { if (spin) for (;;); return [process.pid, child.pid]; };`,
  },
  functions: { busy: { timeoutSeconds: 60 } },
});
const { payload } = await invoke("busy");
void invoke("busy", { spin: true });
setTimeout(() => console.log(JSON.stringify(payload)), 200);
setInterval(() => undefined, 1_000);
