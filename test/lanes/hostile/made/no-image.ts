import { gzipSync } from "node:zlib";
import type { MadeFile } from "./made-file.ts";

export const noImages: readonly MadeFile[] = [
  {
    name: "a page with a drawing",
    expected: "NotAnImage",
    make: () => Buffer.from("<!DOCTYPE html><html><body><svg></svg></body></html>"),
  },
  {
    name: "a page that begins with 24 MB of blanks",
    expected: "NotAnImage",
    make: () => Buffer.concat([Buffer.alloc(24_000_000, 32), Buffer.from("<html></html>")]),
  },
  {
    name: "a drawing that is compressed",
    expected: "NotAnImage",
    make: () => gzipSync(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>')),
  },
  {
    name: "a drawing with an entity that grows",
    expected: "UnsupportedImageFormat",
    make: () =>
      Buffer.from(
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' +
          '<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>',
      ),
  },
  {
    name: "a sound in the container of WebP",
    expected: "NotAnImage",
    make: () => Buffer.concat([Buffer.from("RIFF\x24\0\0\0WAVEfmt "), Buffer.alloc(32)]),
  },
  {
    name: "a film in the container of AVIF",
    expected: "NotAnImage",
    make: () => Buffer.concat([Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isommp42"), Buffer.alloc(64)]),
  },
  { name: "20 MB of zeros", expected: "NotAnImage", make: () => Buffer.alloc(20_000_000) },
  { name: "an empty file", expected: "NotAnImage", make: () => Buffer.alloc(0) },
];
