/**
 * A replacement for npm. It records each call and then does what the test specifies: install, delay, fail, or be
 * killed. While there is a file "held" it installs nothing.
 */
export const npm = `
const fs = require("node:fs");
const [command, name] = process.argv.slice(2);
fs.appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");
const wish = fs.existsSync("wish") ? fs.readFileSync("wish", "utf8") : "";
if (command === "config") { console.log(wish === "ignore-scripts"); process.exit(0); }
if (command === "rebuild") {
  if (wish === "rebuild fails") { console.error("npm error getaddrinfo ENOTFOUND storage.example"); process.exit(1); }
  process.exit(0);
}
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules");
if (wish.startsWith("npm error")) { console.error(wish); process.exit(1); }
if (wish === "die") process.kill(process.pid, "SIGKILL");
const write = (name, text) => {
  fs.mkdirSync("node_modules/" + name, { recursive: true });
  fs.writeFileSync("node_modules/" + name + "/package.json", JSON.stringify({ name, exports: "./index.mjs" }));
  fs.writeFileSync("node_modules/" + name + "/index.mjs", text);
};
const install = () => {
  if (fs.existsSync("held")) return setTimeout(install, 20);
  write("tsx", "");
  write("a", wish === "always broken" ? "export const b = 1;" : "export const value = 'the value of a';");
  write("built", "");
  const { packages } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
  delete packages[""];
  fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
};
setTimeout(install, wish === "slow" ? 600 : 0);
`;
