import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type KeyPair, keptKeyPair } from "#local-aws";
import { takeProcessLock } from "../lib/process-lock.mjs";
import { OperatorError } from "./operator-error.ts";

/** The folder that persists between runs: objects, executions, logs, keys. Only one server at a time may use it. */
export interface DataFolder {
  readonly path: string;
  /** The key of earlier runs, or a new one; only the user can read its file. @throws OperatorError */
  apiKey(): string;
  /** The key pair that signs the operator's calls; only the user can read its file. @throws OperatorError */
  operatorKey(): KeyPair;
  /** Records the server's address for the command line client; `release` removes it. */
  announce(url: string): void;
  release(): void;
}

/** Locks the folder. @throws OperatorError if another server has it or it cannot be written */
export function openDataFolder(folder: string): DataFolder {
  const lock = path.join(folder, "server.lock");
  const endpoint = path.join(folder, "endpoint");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    take(lock);
    // Left by a server that was killed.
    rmSync(endpoint, { force: true });
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(`The data folder "${folder}" cannot be written (${code}): choose another with --data.`, {
      cause: error,
    });
  }
  return {
    path: folder,
    apiKey: () => keptKey(path.join(folder, "api-key")),
    operatorKey() {
      try {
        return keptKeyPair(path.join(folder, "operator-key.json"));
      } catch (cause) {
        throw new OperatorError((cause as Error).message, { cause });
      }
    },
    announce: (url) => writeFileSync(endpoint, `${url}\n`),
    release() {
      rmSync(endpoint, { force: true });
      rmSync(lock, { force: true });
    },
  };
}

/** @throws OperatorError if another server has the folder */
function take(lock: string): void {
  const holder = takeProcessLock(lock);
  if (holder === undefined) return;
  throw new OperatorError(
    `The data folder "${path.dirname(lock)}" is in use by process ${holder}, another server. ` +
      `End that server, or choose another folder with --data.`,
  );
}

function keptKey(file: string): string {
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (kept !== "") return kept;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") {
      throw new OperatorError(
        `The API key in "${file}" cannot be read (${code}): delete the file, and a new key is made.`,
        {
          cause: error,
        },
      );
    }
  }
  const key = randomBytes(24).toString("base64url");
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}
