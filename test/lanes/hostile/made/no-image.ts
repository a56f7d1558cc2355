import type { MadeFile } from "./made-file.ts";

export const noImages: readonly MadeFile[] = [
  {
    name: "a page with a drawing",
    expected: "NotAnImage",
    make: () => Buffer.from("<!DOCTYPE html><html><body><svg></svg></body></html>"),
  },
  { name: "an empty file", expected: "NotAnImage", make: () => Buffer.alloc(0) },
];
