/**
 * Runs before `npm start` and `npm test`: makes sure that Node is new enough and that the locked dependencies are
 * installed, and says what it does. Plain JavaScript without dependencies, in syntax that an old Node can read, since
 * its first duty is to tell an old Node what is wrong.
 */
const oldest = [20, 19];
const waitMinutes = 15;
/** What the dependencies take on disk, to show progress by. */
const sizeMb = 470;

class Problem extends Error {}

async function main() {
  checkNode();
  const [fs, path, url] = await Promise.all([import("node:fs"), import("node:path"), import("node:url")]);
  const root = path.dirname(url.fileURLToPath(import.meta.url));
  const place = {
    root,
    lock: path.join(root, "package-lock.json"),
    modules: path.join(root, "node_modules"),
    stamp: path.join(root, "node_modules", ".bootstrap.json"),
    busy: path.join(root, ".build", "bootstrap.lock"),
  };
  const wanted = await stampOf(fs, place);
  if (isInstalled(fs, place, wanted)) return;
  const release = await acquire(fs, path, place);
  try {
    // Another terminal may have installed while this one waited.
    if (isInstalled(fs, place, wanted)) return;
    await install(fs, path, place);
    fs.writeFileSync(place.stamp, wanted);
  } finally {
    release();
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new Problem(
    `Node ${process.versions.node} is too old: this project needs ${oldest.join(".")} or newer. ` +
      "Install a current one from https://nodejs.org (or by nvm, fnm, volta), then run the same command again.",
  );
}

/** Names an installation: what the lock says, on this kind of machine. */
async function stampOf(fs, place) {
  const { createHash } = await import("node:crypto");
  const lock = createHash("sha256").update(fs.readFileSync(place.lock)).digest("hex");
  return JSON.stringify({ lock, platform: `${process.platform}-${process.arch}` });
}

function isInstalled(fs, place, wanted) {
  const stamp = readText(fs, place.stamp);
  if (stamp === wanted) return true;
  // Folders copied from another kind of machine hold its binaries.
  if (stamp !== undefined && JSON.parse(stamp).platform !== JSON.parse(wanted).platform) return false;
  // Somebody ran npm themselves: what counts is what is there.
  if (!hasLocked(fs, place)) return false;
  fs.writeFileSync(place.stamp, wanted);
  return true;
}

/** Whether npm itself finished installing exactly this lock: its own record is written last. */
function hasLocked(fs, place) {
  const record = readText(fs, `${place.modules}/.package-lock.json`);
  if (record === undefined) return false;
  const has = JSON.parse(record).packages;
  const needs = JSON.parse(fs.readFileSync(place.lock, "utf8")).packages;
  delete needs[""];
  return (
    Object.keys(has).every((name) => name in needs) &&
    Object.keys(needs).every((name) =>
      name in has
        ? has[name].version === needs[name].version && has[name].integrity === needs[name].integrity
        : needs[name].optional || needs[name].devOptional || needs[name].peer,
    )
  );
}

/** One installation at a time: the file names the process, and one whose process is gone counts for nothing. */
async function acquire(fs, path, place) {
  fs.mkdirSync(path.dirname(place.busy), { recursive: true });
  const until = Date.now() + waitMinutes * 60000;
  for (let told = false; ; ) {
    try {
      fs.writeFileSync(place.busy, String(process.pid), { flag: "wx" });
      return () => fs.rmSync(place.busy, { force: true });
    } catch (error) {
      // Made, but without room for its content: it would look like one that is about to be written.
      if (error.code === "ENOSPC") fs.rmSync(place.busy, { force: true });
      if (error.code !== "EEXIST") throw cannotWrite(error, place.busy);
    }
    const found = readText(fs, place.busy);
    const holder = Number(found);
    if (!isAlive(holder)) {
      // Renamed, not removed: of two that find the same stale file, only one gets it; a new one in its place goes back.
      const stale = `${place.busy}.${process.pid}`;
      try {
        fs.renameSync(place.busy, stale);
        if (readText(fs, stale) === found) fs.rmSync(stale, { force: true });
        else fs.renameSync(stale, place.busy);
      } catch {
        // The other one was first.
      }
      continue;
    }
    if (!told) say(`process ${holder} (another terminal) is installing; waiting for it`);
    told = true;
    if (Date.now() > until) {
      throw new Problem(
        `Process ${holder} has been installing for ${waitMinutes} minutes. End it, or delete "${place.busy}".`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function isAlive(pid) {
  // An empty file is one that its process is about to write.
  if (!Number.isInteger(pid)) return false;
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

async function install(fs, path, place) {
  const total = Object.keys(JSON.parse(fs.readFileSync(place.lock, "utf8")).packages).length - 1;
  const interrupted = fs.existsSync(place.modules) && !fs.existsSync(path.join(place.modules, ".package-lock.json"));
  if (interrupted) say("an earlier installation was interrupted; starting it over");
  say(`installing the ${total} packages of package-lock.json by "npm ci": about ${sizeMb} MB, once`);
  const started = Date.now();
  const stop = showProgress(() => sizeOf(fs, path, place.modules), started);
  const { status, output } = await npm(path, place.root);
  stop();
  if (status !== 0) throw failure(output, status);
  say(`installed ${megabytes(sizeOf(fs, path, place.modules))} in ${seconds(started)}`);
}

async function npm(path, root) {
  const { spawn } = await import("node:child_process");
  const own = process.env.npm_execpath || "";
  const isNpm = path.basename(own).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [own]] : ["npm", []];
  // Shorter waits than npm's ten seconds: without a network the answer should come soon.
  const options = ["--include=dev", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retry-mintimeout=1000"];
  const child = spawn(command, [...first, "ci", ...options, "--fetch-retry-maxtimeout=5000"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: !isNpm && process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, forward);
  const status = await new Promise((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(signal || code));
  });
  return { status, output };
}

function failure(output, status) {
  const codes = /npm (?:error|ERR!) code (\w+)/.exec(output);
  const code = codes ? codes[1] : "";
  const detail = output
    .split("\n")
    .filter((line) => /^npm (error|ERR!) (?!code |A complete log|.*_logs)/.test(line) || !/^npm /.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim())
    .filter((line) => line !== "")
    .slice(0, 6)
    .join("\n  ");
  if (typeof status === "string" || status === 130) {
    return new Problem("The installation was interrupted. Run the same command again: it starts over.");
  }
  return new Problem(`npm could not install the dependencies${code && ` (${code})`}. ${remedy(code)}\n  ${detail}`);
}

function remedy(code) {
  if (
    ["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH", "ERR_SOCKET_TIMEOUT"].includes(
      code,
    )
  ) {
    return 'The npm registry does not answer: check the network, the proxy and "npm config get registry", then run the same command again.';
  }
  if (["E401", "E403"].includes(code))
    return "The registry refuses you: log in to it, or choose another (npm config set registry).";
  if (["E404", "ETARGET", "EINTEGRITY"].includes(code))
    return "The registry does not have the locked packages: choose another, or ask who runs it.";
  if (code === "ENOSPC") return "The disk is full: free 1 GB.";
  if (["EACCES", "EPERM", "EROFS"].includes(code))
    return "A folder cannot be written: the project's, or npm's cache (npm config get cache).";
  if (code === "EUSAGE") return "package.json and package-lock.json disagree: run npm install and commit both.";
  return "Run the same command again; if it fails again, npm's own words may help:";
}

function cannotWrite(error, file) {
  const why = error.code === "ENOSPC" ? remedy(error.code) : "The project's folder must be yours to write.";
  return new Problem(`"${file}" cannot be written (${error.code}). ${why}`);
}

/** Shows how far npm is: in place on a terminal, now and then a line elsewhere. */
function showProgress(size, started) {
  const terminal = process.stdout.isTTY;
  const timer = setInterval(
    () => {
      const line = `  ${megabytes(size())} of about ${sizeMb} MB, ${seconds(started)}`;
      if (terminal) process.stdout.write(`\r${line}   `);
      else console.log(line);
    },
    terminal ? 2000 : 15000,
  );
  return () => {
    clearInterval(timer);
    if (terminal) process.stdout.write("\r\u001b[K");
  };
}

/** Bytes below a folder that npm may be changing at this moment. */
function sizeOf(fs, path, folder) {
  let bytes = 0;
  try {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) bytes += sizeOf(fs, path, file);
      else if (entry.isFile()) bytes += fs.statSync(file).size;
    }
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return bytes;
}

function readText(fs, file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const say = (line) => console.log(`dependencies: ${line}`);

main().catch((error) => {
  console.error(error instanceof Problem ? `\nError: ${error.message}\n` : error);
  process.exitCode = 1;
});
