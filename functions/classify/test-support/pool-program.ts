/**
 * A program that awaits a pool at its top level, like a function's module and the bench: Node ends it with code 13 if
 * nothing keeps it running until the promise settles. usage: pool-program DECODER_MODULE; prints what it waited for.
 */
import { DecoderPool } from "../decoder/pool.ts";

const pipes = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "PipeWrap").length;

const [, , module = ""] = process.argv;
const pool = new DecoderPool({ module, size: 1 });
await pool.ready;
await pool.decode(Buffer.from("decode"), { maxPixels: 1, inputSize: 1 });
const idle = pipes();
const closed = pool.close();
// The process and its two pipes end in any order, and each must keep this program running.
console.log(`holds ${pipes() - idle} pipes`);
await closed;
console.log("closed");
