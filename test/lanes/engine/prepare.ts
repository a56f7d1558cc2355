import { run } from "../support/command.ts";
import { motoCommands } from "../support/moto.ts";
import { engineFolder } from "./build.ts";

/** Builds what all files of the lane use, once, before they run side by side. */
export default async function prepare(): Promise<void> {
  await engineFolder();
  await motoCommands();
  await run(process.execPath, ["--import", "tsx", "model/build.ts"]);
}
