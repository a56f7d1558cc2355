/**
 * `node bootstrap.mjs [PROGRAM [PARAMETERS]]`: makes sure that Node is new enough and that the locked packages are
 * installed, then runs the program. npm's scripts call it themselves, since `ignore-scripts` switches `pre*` scripts
 * off. Plain JavaScript in syntax that an old Node can read: its first task is to report that Node is too old.
 */
const oldest = [20, 19];

async function main() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    console.error(
      `\nError: Node ${process.versions.node} is too old: this project needs ${oldest.join(".")} or newer. ` +
        "Install a current one from https://nodejs.org (or by nvm, fnm, volta), then run the same command again.\n",
    );
    process.exitCode = 1;
    return;
  }
  const { bootstrap } = await import("./bootstrap/run.mjs");
  await bootstrap(process.argv.slice(2));
}

main();
