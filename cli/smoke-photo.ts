import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Golden } from "../contract/golden.ts";
import { modelDirectory, samplePhotoFile } from "../contract/model.ts";
import { usage } from "./failure.ts";
import type { Options } from "./options.ts";

/** A picture and the model's expected predictions. */
export interface SmokePhoto {
  readonly golden: Golden;
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: "image/jpeg" | "image/png";
}

/**
 * The picture of a model's golden predictions: the sample photo for the default model; for a custom model the pixels
 * from which its golden predictions were made, as a PNG of the model's input size.
 * @throws CommandFailure if there is no built model
 */
export async function smokePhoto(model: string): Promise<SmokePhoto> {
  const golden = await readGolden(model);
  const photo = await read(path.join(model, samplePhotoFile));
  if (photo) return { golden, name: samplePhotoFile, bytes: photo, contentType: "image/jpeg" };
  const pixels = await read(path.join(model, "golden.rgb"));
  if (!pixels) throw usage(`"${model}" has neither "${samplePhotoFile}" nor "golden.rgb": build the model again.`);
  return { golden, name: "golden.png", bytes: await pngOf(pixels), contentType: "image/png" };
}

/**
 * The model that an endpoint should have: the given one, that of the stack's file, or the default one.
 * @throws CommandFailure if the stack's file is no YAML
 */
export async function smokeModel(
  { model, stack = "dev" }: Pick<Options, "model" | "stack">,
  { environment, folder, root }: { environment: NodeJS.ProcessEnv; folder: string; root: string },
): Promise<string> {
  if (model !== undefined) return path.resolve(folder, model);
  const [project, settings] = await Promise.all(
    ["Pulumi.yaml", `Pulumi.${stack}.yaml`].map((name) => readYaml(path.join(root, name))),
  );
  const name = Project.safeParse(project).data?.name;
  const { data } = Stack.safeParse(settings);
  const configured = data?.config?.[`${name}:modelDirectory`];
  return typeof configured === "string" ? path.resolve(root, configured) : modelDirectory(environment);
}

const Project = z.object({ name: z.string() });
const Stack = z.object({ config: z.record(z.string(), z.unknown()).nullish() });

async function readGolden(model: string): Promise<Golden> {
  try {
    return Golden.parse(JSON.parse(await readFile(path.join(model, "golden.json"), "utf8")));
  } catch (cause) {
    throw usage(`There is no built model in "${model}" to compare with: run npm run model, or pass one with --model.`, {
      cause,
    });
  }
}

async function read(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}

/** The content of a YAML file; null if there is no such file. */
async function readYaml(file: string): Promise<unknown> {
  const text = (await read(file))?.toString("utf8") ?? "";
  try {
    return parse(text);
  } catch (cause) {
    const [why = ""] = (cause as Error).message.split("\n");
    throw usage(`"${file}" cannot be read: ${why.replace(/:$/, ".")}`, { cause });
  }
}

async function pngOf(pixels: Buffer): Promise<Buffer> {
  const side = Math.round(Math.sqrt(pixels.length / 3));
  const { default: sharp } = await import("sharp");
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}
