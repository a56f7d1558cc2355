import { open, readFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { Golden } from "../../contract/golden.ts";

/** `classifier.json`: how to use the model files beside it. */
export const ClassifierDescription = z.object({
  name: z.string().min(1),
  /** Side of the square input, in pixels. */
  inputSize: z.number().int().positive(),
  /** The model's input is `pixel * scale + offset`, for each colour value from 0 to 255. */
  scale: z.number(),
  offset: z.number(),
  /** The model's output: `logits` still need a softmax. */
  output: z.enum(["logits", "probabilities"]),
});
export type ClassifierDescription = z.infer<typeof ClassifierDescription>;

/** What an engine needs to load a model; it reads the large files itself. */
export interface ModelLocation {
  readonly directory: string;
  readonly description: ClassifierDescription;
}

/** A model folder whose small files have been read. */
export interface ModelFolder extends ModelLocation {
  readonly labels: readonly string[];
  readonly golden: Golden;
  /** RGB bytes of the golden pictures, `inputSize` squared each, concatenated. */
  readonly goldenPixels: Uint8Array;
}

/** The folder has no usable model: the message names the file, the problem and the remedy. */
export class ModelFolderError extends Error {
  override readonly name = "ModelFolderError";
}

/** @throws ModelFolderError if a file is missing or invalid. */
export async function readModelFolder(directory: string): Promise<ModelFolder> {
  const [description, labels, golden, goldenPixels] = await Promise.all([
    readJson(directory, "classifier.json", ClassifierDescription),
    readJson(directory, "labels.json", z.array(z.string()).min(1)),
    readJson(directory, "golden.json", Golden),
    readModelFile(directory, "golden.rgb"),
  ]);
  const expected = description.inputSize ** 2 * 3 * (1 + golden.others.length);
  if (goldenPixels.length !== expected) {
    throw new ModelFolderError(
      `"${path.join(directory, "golden.rgb")}" has ${goldenPixels.length} bytes, not ${expected}: build the model again.`,
    );
  }
  return { directory, description, labels, golden, goldenPixels };
}

/** @throws ModelFolderError that names the file. */
export async function readModelFile(directory: string, file: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(path.join(directory, file));
  } catch (cause) {
    throw unreadable(directory, file, cause);
  }
}

/** Opens a file for a reader that reads it in parts. @throws ModelFolderError, also for a RangeError of the reader */
export async function readModelFileInParts<T>(
  directory: string,
  file: string,
  read: (descriptor: number) => T,
): Promise<T> {
  const handle = await open(path.join(directory, file)).catch((cause: unknown) => {
    throw unreadable(directory, file, cause);
  });
  try {
    return read(handle.fd);
  } catch (error) {
    throw error instanceof RangeError ? unreadable(directory, file, error) : error;
  } finally {
    await handle.close();
  }
}

function unreadable(directory: string, file: string, cause: unknown): ModelFolderError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const text = `The model file "${path.join(directory, file)}" cannot be read (${code ?? message}): build the model again.`;
  return new ModelFolderError(text, { cause });
}

async function readJson<T extends z.ZodType>(directory: string, file: string, schema: T): Promise<z.infer<T>> {
  const bytes = await readModelFile(directory, file);
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new ModelFolderError(
      `The model file "${path.join(directory, file)}" is not of its shape: build the model again.`,
      { cause },
    );
  }
}
