import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Handler, Properties } from "./handler.ts";
import { shape } from "./values.ts";

/**
 * Replaces docker-build's provider and needs no daemon. Like the real provider, it hashes the context (names, modes and
 * bytes) in Check, so that a changed byte or file mode is a difference. The image lane verifies that the context
 * builds.
 */
const image: Handler = {
  verifier: "context hash (built by test:image)",
  computed: (inputs) => ({ contextHash: contextHash(inputs) }),
  replaces: [],
  volatile: ["digest", "ref"],
  async create(inputs) {
    return { id: contextHash(inputs), outputs: built(inputs) };
  },
  async update(_id, inputs) {
    return built(inputs);
  },
};

function built(inputs: Properties): Properties {
  const digest = `sha256:${createHash("sha256").update(contextHash(inputs)).digest("hex")}`;
  const [tag = ""] = shape<string[]>(inputs, "tags") ?? [];
  return { contextHash: contextHash(inputs), digest, ref: `${tag}@${digest}` };
}

function contextHash(inputs: Properties): string {
  const folder = shape<{ location?: string }>(inputs, "context")?.location ?? ".";
  const hash = createHash("sha256");
  hash.update(JSON.stringify([inputs["target"], inputs["buildArgs"], inputs["platforms"], inputs["dockerfile"]]));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const file of files) {
    const location = path.join(folder, file);
    const stat = lstatSync(location);
    hash.update(`${file}\0${(stat.mode & 0o7777).toString(8)}\0`);
    if (stat.isFile()) hash.update(readFileSync(location));
  }
  return hash.digest("hex");
}

export const dockerBuildHandlers: Readonly<Record<string, Handler>> = { "docker-build:index:Image": image };
