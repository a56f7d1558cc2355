import type { Candidate } from "./engine.ts";
import { loadLitertIntegers } from "./litert/engine.ts";
import { probeLitert } from "./litert/probe.ts";
import { probeIntegers } from "./native/probe.ts";
import { loadNative, loadNativeIntegers } from "./native.ts";
import { loadWebAssembly } from "./webassembly.ts";

/** All combinations of engine and precision, fastest first. */
export const candidates: readonly Candidate[] = [
  { engine: "native", precision: "int8", form: "int8", probe: probeIntegers, load: loadNativeIntegers },
  { engine: "native", precision: "float32", form: "float32", load: loadNative },
  { engine: "webassembly", precision: "int8", form: "int8", probe: probeLitert, load: loadLitertIntegers },
  { engine: "webassembly", precision: "float32", form: "float32", load: loadWebAssembly },
];
