import { writeFileSync } from "node:fs";
import path from "node:path";
import { apiLimits } from "../../contract/limits.ts";
import { copyProject, removeCopy } from "../../test/lanes/support/edited-copy.ts";
import { type RunningService, startService } from "../../test/lanes/support/service.ts";
import type { PlantedImages } from "../planted/planted.ts";
import { openDefectiveHost } from "./defective-host.ts";
import { standInImages } from "./stand-in-images.ts";

/** A service of the one-machine runtime, and images that it classifies. */
export interface Subject {
  readonly service: RunningService;
  readonly planted: PlantedImages;
  close(): Promise<void>;
}

/** The service with the function `classify`, and a host of real images. */
export async function realSubject(images: number, settings: readonly string[]): Promise<Subject> {
  const host = await openDefectiveHost();
  const allowed = host.names.flatMap((name) => ["--allow-host", name]);
  try {
    // A host that hangs is not waited for as long as by default, and a fast host gets more connections.
    const configured = argumentsOf(images, [`fetchTimeoutMs=${host.timeoutMs}`, ...settings]);
    const service = await startService({ arguments: [...configured, ...allowed] });
    return { service, planted: host.planted, close: () => service.stop().then(() => host.close()) };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** The service of a copy of this checkout in which a stand-in replaces the function `classify`. */
export async function standInSubject(images: number, settings: readonly string[]): Promise<Subject> {
  const copy = copyProject();
  try {
    const handler = path.join(copy, "functions/classify/handler.ts");
    writeFileSync(handler, 'export { handler } from "../../bench/scale/stand-in.ts";\n');
    const service = await startService({ root: copy, arguments: argumentsOf(images, settings) });
    return { service, planted: standInImages, close: () => service.stop().then(() => removeCopy(copy)) };
  } catch (error) {
    removeCopy(copy);
    throw error;
  }
}

function argumentsOf(images: number, settings: readonly string[]): readonly string[] {
  const most = images > apiLimits.maxImages ? [`maxImages=${images}`] : [];
  return ["--quiet", ...[...most, ...settings].flatMap((setting) => ["--config", setting])];
}
