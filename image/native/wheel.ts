import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { libraryFiles, type Wheel } from "./pins.ts";
import { NativeSetupError, run } from "./run.ts";

/** Unpacks the files that the addon needs: two libraries and the headers of TensorFlow's C interface. */
const unpack = `
import sys, zipfile, os, shutil
wheel, target, libraries = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        inner = name.removeprefix("tensorflow/")
        header = inner.startswith(("include/tensorflow/c/", "include/tensorflow/core/platform/ctstring", "include/tsl/platform/ctstring", "include/xla/tsl/c/"))
        if inner in libraries or (header and inner.endswith(".h")):
            place = os.path.join(target, inner)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with archive.open(name) as source, open(place, "wb") as copy:
                shutil.copyfileobj(source, copy)
`;

/**
 * Fetches a wheel with the user's own pip, so that the user's index, proxy and certificates apply, checks its hash, and
 * unpacks it. Returns the folder that contains the libraries and `include/`.
 * @throws NativeSetupError "DownloadFailed", "HashMismatch", "NoSpace"
 */
export async function fetchWheel(wheel: Wheel, work: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const downloads = path.join(work, "wheel");
  const requirement = path.join(work, "requirement.txt");
  await writeFile(requirement, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  await run(
    "python3",
    [
      ...["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"],
      ...["--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--platform", wheel.platform],
      ...["--dest", downloads, "--requirement", requirement],
    ],
    { environment, code: "DownloadFailed" },
  );
  const [name] = await readdir(downloads);
  const file = path.join(downloads, name ?? "");
  const actual = await sha256(file);
  if (actual !== wheel.sha256) {
    throw new NativeSetupError("HashMismatch", `"${name}" has the SHA-256 ${actual}, not ${wheel.sha256}.`);
  }
  const target = path.join(work, "tensorflow");
  await mkdir(target);
  await run("python3", ["-c", unpack, file, target, libraryFiles.join(",")], { environment, code: "DownloadFailed" });
  await rm(downloads, { recursive: true });
  return target;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
