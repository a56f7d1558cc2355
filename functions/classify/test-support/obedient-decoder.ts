import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What the decoder below does with an image whose bytes are one of these commands. */
export type Command =
  | "decode"
  | "decode slowly"
  | "wait for ever"
  | "spin"
  | "eat"
  | "die"
  | "send garbage"
  | "answer twice"
  | "send too little"
  | "retire";

/**
 * A decoder under an attacker's control: it implements the protocol but does not enforce limits.
 * Its picture is one pixel whose colour identifies its process.
 */
const program = `
import { Socket } from "node:net";
const channel = new Socket({ fd: 3 });
const send = (header, body = Buffer.alloc(0)) => {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(body.length, 4);
  channel.write(Buffer.concat([prefix, text, body]));
};
const decode = (id, bytes = 3) => send({ kind: "decoded", id, width: 1, height: 1 }, Buffer.alloc(bytes));
const commands = {
  decode,
  "decode slowly": (id) => new Promise((resolve) => setTimeout(resolve, 300)).then(() => decode(id)),
  "wait for ever": () => new Promise(() => {}),
  spin: () => { for (;;); },
  eat: () => { const held = []; for (;;) held.push(Buffer.alloc(16 * 1024 * 1024, 1)); },
  die: () => process.kill(process.pid, "SIGSEGV"),
  "send garbage": () => channel.write("this is not the protocol"),
  "answer twice": (id) => { decode(id); decode(id); },
  "send too little": (id) => decode(id, 2),
  retire: (id) => { decode(id); send({ kind: "retired" }); return new Promise(() => {}); },
};
let received = Buffer.alloc(0);
let work = Promise.resolve();
channel.on("end", () => process.exit());
channel.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  while (received.length >= 8) {
    const header = 8 + received.readUInt32LE(0);
    const end = header + received.readUInt32LE(4);
    if (received.length < end) break;
    const { id } = JSON.parse(received.toString("utf8", 8, header));
    const command = received.toString("utf8", header, end);
    received = received.subarray(end);
    work = work.then(() => commands[command](id));
  }
});
send({ kind: "ready" });
`;

/** Writes a program for a pool: the given text, or the obedient decoder. */
export function decoderProgram(text = program): { readonly file: string; remove(): void } {
  // Inside the checkout, so that it finds the packages of the real decoder.
  const parent = path.resolve(import.meta.dirname, "../../../.build");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "decoder-"));
  const file = path.join(folder, "decoder.mjs");
  writeFileSync(file, text);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
