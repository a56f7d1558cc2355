import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findNode, inspectNode, majorOf, ownNode } from "./installed-node.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), "installed node "));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A version other than this process's, so that only the created programs are found. */
const major = majorOf(ownNode) + 71;

/** Creates a program in the temporary home folder that reports a version like Node. */
function made(location: string, says = `${major}.2.3 ${process.arch}`): string {
  const file = path.join(home, location);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n[ "$1" = -p ] && echo '${says}'\n`);
  chmodSync(file, 0o755);
  return file;
}

const find = (environment: NodeJS.ProcessEnv = {}) => findNode(major, { home, environment });

describe.skipIf(process.platform === "win32")("a Node of the image's version", () => {
  it.each([
    [`.nvm/versions/node/v${major}.2.3/bin/node`, {}],
    [`.local/share/fnm/node-versions/v${major}.2.3/installation/bin/node`, {}],
    [`.fnm/node-versions/v${major}.2.3/installation/bin/node`, {}],
    [`.volta/tools/image/node/${major}.2.3/bin/node`, {}],
    [`.local/share/mise/installs/node/${major}.2.3/bin/node`, {}],
    [`.asdf/installs/nodejs/${major}.2.3/bin/node`, {}],
    [`.nodenv/versions/${major}.2.3/bin/node`, {}],
    [`elsewhere/versions/node/v${major}.2.3/bin/node`, { NVM_DIR: "elsewhere" }],
    [`elsewhere/node-versions/v${major}.2.3/installation/bin/node`, { FNM_DIR: "elsewhere" }],
    [`elsewhere/tools/image/node/${major}.2.3/bin/node`, { VOLTA_HOME: "elsewhere" }],
    [`elsewhere/installs/node/${major}.2.3/bin/node`, { MISE_DATA_DIR: "elsewhere" }],
    [`elsewhere/installs/nodejs/${major}.2.3/bin/node`, { ASDF_DATA_DIR: "elsewhere" }],
    [`elsewhere/versions/${major}.2.3/bin/node`, { NODENV_ROOT: "elsewhere" }],
    [`elsewhere/n/versions/node/${major}.2.3/bin/node`, { N_PREFIX: "elsewhere" }],
    [`bin/node${major}`, { PATH: "bin" }],
    [`bin/node-${major}`, { PATH: "bin" }],
    ["bin/node", { PATH: "bin" }],
  ])("is found at %s", async (location, variables) => {
    const file = made(location);
    const environment = Object.fromEntries(
      Object.entries(variables).map(([name, folder]) => [name, path.join(home, folder)]),
    );
    expect(await find(environment)).toEqual({ file, version: `${major}.2.3` });
  });

  it("is the newest of a version manager's, by number and not by letter", async () => {
    for (const version of ["9.0", "10.1", "2.11"]) {
      made(`.nvm/versions/node/v${major}.${version}/bin/node`, `${major}.${version} ${process.arch}`);
    }
    made(`.nvm/versions/node/v${major + 1}.0.0/bin/node`, `${major + 1}.0.0 ${process.arch}`);
    expect(await find()).toMatchObject({ version: `${major}.10.1` });
  });

  it("is one that runs, for this processor: a broken one, a stranger's and another processor's are passed over", async () => {
    made(`.nvm/versions/node/v${major}.9.9/bin/node`, `${major}.9.9 sparc`);
    made(`.nvm/versions/node/v${major}.9.8/bin/node`, "hello");
    const location = `.nvm/versions/node/v${major}.9.7/bin/node`;
    chmodSync(made(location), 0o644);
    mkdirSync(path.join(home, `.nvm/versions/node/v${major}.9.6`), { recursive: true });
    const good = made(`.nvm/versions/node/v${major}.9.5/bin/node`, `${major}.9.5 ${process.arch}`);
    expect(await find()).toEqual({ file: good, version: `${major}.9.5` });
  });

  it("is this process's own where that has the version, and nothing where no other has it", async () => {
    expect(await findNode(majorOf(ownNode), { home, environment: {} })).toBe(ownNode);
    made("bin/node", `${major + 1}.0.0 ${process.arch}`);
    symlinkSync(ownNode.file, path.join(home, "bin", `node${major}`));
    expect(await find({ PATH: path.join(home, "bin") })).toBeUndefined();
    expect(await find({ PATH: "bin:." })).toBeUndefined();
  });

  it("says of itself what it is", async () => {
    expect(await inspectNode(ownNode.file)).toEqual(ownNode);
    expect(await inspectNode("/bin/cat")).toBeUndefined();
  });
});
