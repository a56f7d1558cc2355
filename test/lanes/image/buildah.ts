import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { run } from "../support/command.ts";
import { needCommands } from "../support/tools.ts";

const Manifest = z.looseObject({
  mediaType: z.string().optional(),
  config: z.object({ mediaType: z.string() }),
  layers: z.array(z.object({ digest: z.string(), size: z.number(), mediaType: z.string() })),
});
const Configuration = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  config: z.looseObject({
    Env: z.array(z.string()).default([]),
    Cmd: z.array(z.string()).default([]),
    Entrypoint: z.array(z.string()).default([]),
    WorkingDir: z.string().default(""),
    User: z.string().default(""),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
});
const Inspected = z.looseObject({ Manifest: z.string(), OCIv1: Configuration });

export interface Layer {
  /** Compressed size in the registry, in bytes. */
  readonly bytes: number;
  readonly digest: string;
}

export interface BuiltImage {
  readonly manifest: z.infer<typeof Manifest>;
  readonly configuration: z.infer<typeof Configuration>;
}

/** Debian's buildah with separate storage. It needs no daemon and no namespaces, and leaves nothing behind. */
export class Buildah {
  readonly #folder: string;
  readonly environment: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.environment = { ...process.env, STORAGE_DRIVER: "vfs", BUILDAH_ISOLATION: "chroot", BUILDAH_FORMAT: "docker" };
  }

  static async open(): Promise<Buildah> {
    await needCommands({ buildah: "buildah" });
    return new Buildah(mkdtempSync(path.join(os.tmpdir(), "dlw-buildah-")));
  }

  async run(...parameters: readonly string[]): Promise<string> {
    return run("buildah", this.parameters(...parameters), { environment: this.environment, withinMs: 900_000 });
  }

  /** The arguments of a buildah command, for a caller that starts the process itself. */
  parameters(...rest: readonly string[]): readonly string[] {
    const storage = ["--root", path.join(this.#folder, "root"), "--runroot", path.join(this.#folder, "run")];
    return [...storage, ...rest];
  }

  /** Builds an image from one file system and some instructions. */
  async fromTar(name: string, tar: string, instructions: readonly string[]): Promise<void> {
    const context = path.dirname(tar);
    const file = path.join(this.#folder, "Containerfile");
    writeFileSync(file, [`FROM scratch`, `ADD ${path.basename(tar)} /`, ...instructions].join("\n"));
    await this.run("build", "--quiet", "--file", file, "--tag", name, "--ignorefile", "/dev/null", context);
  }

  async inspect(image: string): Promise<BuiltImage> {
    const inspected = Inspected.parse(JSON.parse(await this.run("inspect", "--type", "image", image)));
    return { manifest: Manifest.parse(JSON.parse(inspected.Manifest)), configuration: inspected.OCIv1 };
  }

  async close(): Promise<void> {
    await this.run("rm", "--all");
    await this.run("rmi", "--all", "--force");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
