import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { type Moto, startMoto } from "../support/moto.ts";
import { engineFolder } from "./build.ts";
import { layPlugins } from "./plugins.ts";

const Line = z.object({ type: z.string(), operation: z.string(), urn: z.string(), verifier: z.string() });
export type JournalLine = z.infer<typeof Line>;

/** Everything that the engine needs for one run, in a single folder that is removed afterwards. */
export interface Session {
  readonly moto: Moto;
  /** Folder whose `bin` contains the engine. */
  readonly engine: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The operations that the providers have performed so far. */
  journal(): readonly JournalLine[];
  close(): Promise<void>;
}

export async function openSession(): Promise<Session> {
  const engine = await engineFolder();
  const home = mkdtempSync(path.join(os.tmpdir(), "dlw-pulumi-"));
  const commands = layPlugins(home);
  const state = path.join(home, "state");
  mkdirSync(state);
  const moto = await startMoto({});
  const journal = path.join(home, "journal");
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(AWS|PULUMI)_/.test(entry[0]),
  );
  return {
    moto,
    engine,
    environment: {
      ...Object.fromEntries(inherited),
      PATH: `${commands}:${engine}/bin:${process.env["PATH"]}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "lane",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The flag that writes the engine's events is available only with this variable.
      PULUMI_DEBUG_COMMANDS: "true",
      LANE_MOTO_URL: moto.url,
      LANE_JOURNAL: journal,
    },
    journal() {
      if (!existsSync(journal)) return [];
      const lines = readFileSync(journal, "utf8").trim().split("\n");
      return lines.map((line) => Line.parse(JSON.parse(line)));
    },
    async close() {
      await moto.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
