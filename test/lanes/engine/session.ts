import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { type Moto, startMoto } from "../support/moto.ts";
import { type Account, openAccount } from "./account/account.ts";
import { engineFolder } from "./build.ts";
import { layPlugins } from "./plugins.ts";
import { RunningPlugins } from "./running-plugins.ts";

const Line = z.object({ type: z.string(), operation: z.string(), urn: z.string(), verifier: z.string() });
export type JournalLine = z.infer<typeof Line>;

/** Everything that the engine needs for one run, in a single folder that is removed afterwards. */
export interface Session {
  readonly moto: Moto;
  /** The account with all services; moto is a part of it. */
  readonly account: Account;
  /** Folder whose `bin` contains the engine. */
  readonly engine: string;
  /** The environment of commands that start what they need. */
  readonly environment: Readonly<Record<string, string>>;
  /** Plugins that are running already, for the commands that stories repeat. */
  readonly plugins: RunningPlugins;
  /** The operations that the providers have performed so far. */
  journal(): readonly JournalLine[];
  /** Makes the tokens of the registry that the state contains expire, as they do after twelve hours. */
  expireTokens(): void;
  close(): Promise<void>;
}

export async function openSession(): Promise<Session> {
  const engine = await engineFolder();
  const home = mkdtempSync(path.join(os.tmpdir(), "dlw-pulumi-"));
  const commands = layPlugins(home);
  const state = path.join(home, "state");
  mkdirSync(state);
  // A function whose image is not in the registry is refused.
  const moto = await startMoto({}, { MOTO_LAMBDA_STUB_ECR: "false" });
  const account = await openAccount(moto.url, home);
  const token = path.join(home, "token");
  let tokens = 0;
  const expireTokens = (): void => {
    tokens += 1;
    writeFileSync(token, `token-${tokens}`);
  };
  expireTokens();
  const journal = path.join(home, "journal");
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(AWS|PULUMI)_/.test(entry[0]),
  );
  const environment = {
    ...Object.fromEntries(inherited),
    PATH: `${path.dirname(commands.languageHost)}:${engine}/bin:${process.env["PATH"]}`,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "lane",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The state is saved at the end of a command, and not after each of its hundred steps.
    PULUMI_SKIP_CHECKPOINTS: "true",
    // The flag that writes the engine's events is available only with this variable.
    PULUMI_DEBUG_COMMANDS: "true",
    LANE_MOTO_URL: moto.url,
    LANE_ACCOUNT_URL: account.url,
    LANE_REGISTRY_TOKEN: token,
    LANE_JOURNAL: journal,
  };
  const plugins = new RunningPlugins(commands, environment);
  return {
    moto,
    account,
    expireTokens,
    engine,
    environment,
    plugins,
    journal() {
      if (!existsSync(journal)) return [];
      const lines = readFileSync(journal, "utf8").trim().split("\n");
      return lines.map((line) => Line.parse(JSON.parse(line)));
    },
    async close() {
      await plugins.stop();
      await account.close();
      await moto.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
