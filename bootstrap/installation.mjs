import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The packages of one checkout: what the lock asks for, and what is on the disk. */
export class Installation {
  constructor(root) {
    this.root = root;
    this.modules = path.join(root, "node_modules");
    this.stampFile = path.join(this.modules, ".bootstrap.json");
    this.lockText = readFileSync(path.join(root, "package-lock.json"), "utf8");
  }

  /** Packages of the lock by their path, without the project itself. */
  get locked() {
    const packages = { ...JSON.parse(this.lockText).packages };
    delete packages[""];
    return packages;
  }

  /** Paths of the packages that every complete installation on this machine has. */
  get required() {
    return Object.entries(this.locked)
      .filter(([, entry]) => isRequired(entry))
      .map(([name]) => name);
  }

  /** Whether exactly this lock is installed; remembers it where npm was run by hand. */
  isComplete() {
    const stamp = this.#stamp();
    if (stamp?.lock === this.#hash() && stamp.platform === platform) return this.#hasFolders(stamp.required);
    // Folders copied from another kind of machine hold its binaries.
    if (stamp !== undefined && stamp.platform !== platform) return false;
    if (!this.#npmFinished()) return false;
    this.remember();
    return true;
  }

  /** Writes down what is installed, to compare with when a package cannot be loaded. */
  remember() {
    const { locked, required } = this;
    const sizes = Object.fromEntries(
      required.filter((name) => isUnchanging(name, locked[name])).map((name) => [name, this.#sizeOf(name)]),
    );
    const stamp = { lock: this.#hash(), platform, required, sizes };
    writeFileSync(this.stampFile, JSON.stringify(stamp));
  }

  /** Makes the next run install again. */
  forget() {
    rmSync(this.stampFile, { force: true });
    rmSync(path.join(this.modules, ".package-lock.json"), { force: true });
  }

  /** Whether an earlier installation began and did not end. */
  wasInterrupted() {
    return existsSync(this.modules) && this.#npmRecord() === undefined;
  }

  /** How many of the required packages are there. */
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

  /** npm's own record is written last: it says whether npm finished, and what it left out. */
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
    // Line ends are git's affair: a checkout with CRLF has the same packages.
    return createHash("sha256").update(this.lockText.replaceAll("\r\n", "\n")).digest("hex");
  }

  /** Files and bytes of a package, without the packages inside it. */
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
 * A workspace is the project's own source; what a package's own script downloads may be replaced later, by native
 * TensorFlow's set-up for example.
 */
function isUnchanging(name, entry) {
  return name.startsWith("node_modules/") && !entry.link && !entry.hasInstallScript;
}

/**
 * An optional package for this system has a part that another one cannot do without, such as sharp's binary; one for
 * every system may be missing: npm leaves it out where its script fails.
 */
function isRequired(entry) {
  if (entry.peer) return false;
  if (!fits(entry.os, process.platform) || !fits(entry.cpu, process.arch)) return false;
  if (entry.libc && !fits(entry.libc, libc())) return false;
  if (!entry.optional && !entry.devOptional) return true;
  return Boolean(entry.os || entry.cpu) && !entry.hasInstallScript;
}

let libcName;
/** The C library of a Linux system, as npm names it. */
function libc() {
  if (libcName === undefined) {
    // Without its part on network interfaces, which may take seconds.
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
