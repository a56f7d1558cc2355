import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Handler, Properties } from "./handler.ts";
import { has, push, remove, TokenExpired } from "./registry.ts";
import { shape } from "./values.ts";

/**
 * Replaces docker-build's provider and needs no daemon. Like the real provider, it hashes the context (names, modes and
 * bytes) in Check, so that a changed byte or file mode is a difference; it pushes to the account's registry, deletes an
 * image by its digest, and at a refresh takes an expired token for a missing image. The image lane verifies that the
 * context builds.
 */
const image: Handler = {
  verifier: "context hash (built by test:image)",
  computed: (inputs) => ({ contextHash: contextHash(inputs) }),
  compared: (inputs) => ({
    ...inputs,
    registries: registriesOf(inputs).map(({ address, username }) => ({ address, username })),
  }),
  replaces: [],
  volatile: ["digest", "ref"],
  async create(inputs) {
    const outputs = await build(inputs);
    return { id: outputs.digest, outputs };
  },
  update: (_id, inputs) => build(inputs),
  /** With the token of the inputs, which any update renews. */
  async read(_id, found) {
    const { tag, digest } = imageOf(found.state);
    try {
      return (await has(tag, digest, tokenOf(found.inputs))) ? found : undefined;
    } catch (error) {
      if (error instanceof TokenExpired) return undefined;
      throw error;
    }
  },
  async delete(_id, state) {
    const { tag, digest } = imageOf(state);
    await remove(tag, digest, tokenOf(state));
  },
};

async function build(inputs: Properties) {
  const [tag = ""] = shape<string[]>(inputs, "tags") ?? [];
  const digest = await push(tag, content(inputs), tokenOf(inputs));
  return { contextHash: contextHash(inputs), digest, ref: `${tag}@${digest}` };
}

function imageOf(state: Properties): { readonly tag: string; readonly digest: string } {
  const [tag = ""] = shape<string[]>(state, "tags") ?? [];
  return { tag, digest: String(state["digest"]) };
}

interface Registry {
  readonly address?: string;
  readonly username?: string;
  readonly password?: string;
}
const registriesOf = (inputs: Properties): readonly Registry[] => shape<Registry[]>(inputs, "registries") ?? [];
const tokenOf = (inputs: Properties): string | undefined => registriesOf(inputs)[0]?.password;

/** What determines the image's layers. BuildKit's cache does not see a comment of the Dockerfile. */
function content(inputs: Properties): string {
  return hashOf(inputs, (file, bytes) =>
    file === "Dockerfile" ? Buffer.from(bytes.toString().replaceAll(/^\s*#.*\n/gm, "")) : bytes,
  );
}

function contextHash(inputs: Properties): string {
  return hashOf(inputs, (_file, bytes) => bytes);
}

function hashOf(inputs: Properties, seen: (file: string, bytes: Buffer) => Buffer): string {
  const folder = shape<{ location?: string }>(inputs, "context")?.location ?? ".";
  const hash = createHash("sha256");
  hash.update(JSON.stringify([inputs["target"], inputs["buildArgs"], inputs["platforms"]]));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const file of files) {
    const location = path.join(folder, file);
    const stat = lstatSync(location);
    hash.update(`${file}\0${(stat.mode & 0o7777).toString(8)}\0`);
    if (stat.isFile()) hash.update(seen(file, readFileSync(location)));
  }
  return hash.digest("hex");
}

export const dockerBuildHandlers: Readonly<Record<string, Handler>> = { "docker-build:index:Image": image };
