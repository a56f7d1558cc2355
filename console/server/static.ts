import { readFile } from "node:fs/promises";
import path from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Headers of the console: only its own scripts and server, no framing; images from anywhere, for thumbnails. */
const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src * blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** A file of the console as bytes with a media type. */
export function pageFile(bytes: Uint8Array<ArrayBuffer>, type: string, request: Request): Response {
  const headers = { "content-type": type, "content-length": String(bytes.length), ...pageHeaders };
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

/** A file in the console's folder; undefined for unknown types, hidden files and paths outside the folder. */
export async function staticFile(folder: string, request: Request): Promise<Response | undefined> {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const { pathname } = new URL(request.url);
  const name = pathname === "/" ? "/index.html" : pathname;
  const type = types[path.posix.extname(name)];
  if (type === undefined || !/^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(name)) return undefined;
  try {
    return pageFile(await readFile(path.join(folder, ...name.split("/"))), type, request);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes(code)) return undefined;
    throw error;
  }
}
