import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The packages of one checkout: those that the lock file requires, and those on the disk. */
export class Installation {
  constructor(root) {
    this.root = root;
    this.modules = path.join(root, "node_modules");
    this.stampFile = path.join(this.modules, ".bootstrap.json");
    this.lockText = readFileSync(path.join(root, "package-lock.json"), "utf8");
  }

  /** The packages of the lock file, by path, without the project itself. */
  get locked() {
    const packages = { ...JSON.parse(this.lockText).packages };
    delete packages[""];
    return packages;
  }

  /** Paths of the packages that every complete installation on this machine contains. */
  get required() {
    return Object.entries(this.locked)
      .filter(([, entry]) => isRequired(entry))
      .map(([name]) => name);
  }

  /** Whether exactly this lock file is installed. If npm was run by hand, the installation is recorded here. */
  isComplete() {
    const stamp = this.#stamp();
    if (stamp?.lock === this.#hash() && stamp.platform === platform) return this.#hasFolders(stamp.required);
    // A folder copied from a machine with a different platform contains that platform's binaries.
    if (stamp !== undefined && stamp.platform !== platform) return false;
    if (!this.#npmFinished()) return false;
    this.remember();
    return true;
  }

  /** Records what is installed, for comparison when a package cannot be loaded. */
  remember() {
    const { locked, required } = this;
    const sizes = Object.fromEntries(
      required.filter((name) => isUnchanging(name, locked[name])).map((name) => [name, this.#sizeOf(name)]),
    );
    const stamp = { lock: this.#hash(), platform, required, sizes };
    writeFileSync(this.stampFile, JSON.stringify(stamp));
  }

  /** Forces the next run to install again. */
  forget() {
    rmSync(this.stampFile, { force: true });
    rmSync(path.join(this.modules, ".package-lock.json"), { force: true });
  }

  /** Whether an earlier installation started but did not finish. */
  wasInterrupted() {
    return existsSync(this.modules) && this.#npmRecord() === undefined;
  }

  /** Number of required packages that exist on the disk. */
  count() {
    return this.required.filter((name) => existsSync(path.join(this.root, name, "package.json"))).length;
  }

  /** Names of the required packages that have lost files or bytes since they were installed. */
  damaged() {
    const { sizes = {} } = this.#stamp() ?? {};
    return Object.entries(sizes)
      .filter(([name, [files, bytes]]) => {
        const [filesNow, bytesNow] = this.#sizeOf(name);
        return filesNow < files || bytesNow < bytes;
      })
      .map(([name]) => nameOf(name));
  }

  #hasFolders(required = []) {
    return required.every((name) => existsSync(path.join(this.root, name, "package.json")));
  }

  /** npm writes its own record last, so the record shows whether npm finished, and which packages it left out. */
  #npmFinished() {
    const has = this.#npmRecord();
    if (has === undefined) return false;
    const { locked, required } = this;
    const same = (name) => has[name].version === locked[name].version && has[name].integrity === locked[name].integrity;
    return (
      Object.keys(has).every((name) => name in locked && same(name)) &&
      required.every((name) => name in has) &&
      this.#hasFolders(required)
    );
  }

  #npmRecord() {
    return readJson(path.join(this.modules, ".package-lock.json"))?.packages;
  }

  #stamp() {
    return readJson(this.stampFile);
  }

  #hash() {
    // Line endings are normalised, because git may convert them: a checkout with CRLF has the same packages.
    return createHash("sha256").update(this.lockText.replaceAll("\r\n", "\n")).digest("hex");
  }

  /** Number of files and bytes of a package, without the packages nested inside it. */
  #sizeOf(name) {
    const total = [0, 0];
    const visit = (folder) => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (entry.name === "node_modules" || entry.name.startsWith(".")) continue;
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) visit(file);
        else if (entry.isFile()) {
          total[0] += 1;
          total[1] += statSync(file).size;
        }
      }
    };
    const folder = path.join(this.root, name);
    if (existsSync(folder)) visit(folder);
    return total;
  }
}

const platform = `${process.platform}-${process.arch}`;

/** The name of a package from its path: "node_modules/a/node_modules/@b/c" is "@b/c". */
export const nameOf = (place) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);

/**
 * Whether a package never changes after installation. A workspace is the project's own source, and files that a
 * package's install script downloads may be replaced later, for example by the set-up of native TensorFlow.
 */
function isUnchanging(name, entry) {
  return name.startsWith("node_modules/") && !entry.link && !entry.hasInstallScript;
}

/**
 * Whether a package must be installed. An optional package for this platform is a required part of another package,
 * such as sharp's binary. An optional package for every platform may be missing, because npm leaves it out if its
 * install script fails.
 */
function isRequired(entry) {
  if (entry.peer) return false;
  if (!fits(entry.os, process.platform) || !fits(entry.cpu, process.arch)) return false;
  if (entry.libc && !fits(entry.libc, libc())) return false;
  if (!entry.optional && !entry.devOptional) return true;
  return Boolean(entry.os || entry.cpu) && !entry.hasInstallScript;
}

let libcName;
/** The C library of a Linux system, by the name that npm uses. */
function libc() {
  if (libcName === undefined) {
    // The section on network interfaces is excluded, because it may take seconds.
    process.report.excludeNetwork = true;
    libcName = process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  }
  return libcName;
}

function fits(allowed, actual) {
  if (!allowed || allowed.includes("any")) return true;
  const refused = allowed.filter((each) => each.startsWith("!"));
  if (refused.includes(`!${actual}`)) return false;
  return refused.length === allowed.length || allowed.includes(actual);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
