import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CommandLineClient } from "./cli-client.ts";

/**
 * A command as a user types it. `{name}` is replaced. The output must match `prints`, or be empty if `prints` is "".
 */
interface Command {
  readonly words: readonly string[];
  readonly exit: number;
  readonly prints: RegExp | "";
}

const bucket = "s3://clients-{me}-files";

/**
 * Files that the commands need, with their sizes in bytes. `big.bin` is large enough to be uploaded and copied in
 * parts.
 */
const files = {
  "a.txt": 12,
  "big.bin": 17_000_000,
  "folder/one.txt": 3,
  "folder/deep/two words.txt": 3,
} as const;

/** Commands of `aws s3` that combine several operations. Later commands use the results of earlier ones. */
const fileCommands: readonly Command[] = [
  { words: ["s3", "mb", bucket], exit: 0, prints: /make_bucket: clients-/ },
  { words: ["s3", "mb", bucket], exit: 1, prints: /BucketAlreadyOwnedByYou/ },
  { words: ["s3", "ls"], exit: 0, prints: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d clients-\S+-files$/m },
  { words: ["s3", "cp", "a.txt", `${bucket}/`], exit: 0, prints: /upload: \.\/a\.txt to s3:/ },
  { words: ["s3", "cp", "big.bin", `${bucket}/big.bin`, "--no-progress"], exit: 0, prints: /upload: \.\/big\.bin/ },
  { words: ["s3", "cp", `${bucket}/big.bin`, `${bucket}/copy.bin`, "--no-progress"], exit: 0, prints: /copy: s3:/ },
  { words: ["s3", "cp", `${bucket}/a.txt`, "-"], exit: 0, prints: /^a{12}$/ },
  { words: ["s3", "cp", `${bucket}/absent`, "-"], exit: 1, prints: /404/ },
  {
    words: ["s3", "sync", "folder", `${bucket}/folder`, "--no-progress"],
    exit: 0,
    prints: /upload: folder\/deep\/two words\.txt/,
  },
  { words: ["s3", "sync", "folder", `${bucket}/folder`], exit: 0, prints: "" },
  {
    words: ["s3", "sync", `${bucket}/folder`, "down", "--no-progress"],
    exit: 0,
    prints: /download: s3:\S+\/folder\/one\.txt/,
  },
  {
    words: ["s3", "sync", "down/deep", `${bucket}/folder`, "--delete"],
    exit: 0,
    prints: /delete: s3:\S+\/folder\/one\.txt/,
  },
  {
    words: ["s3", "ls", bucket, "--recursive", "--human-readable", "--summarize"],
    exit: 0,
    prints: /16\.2 MiB big\.bin[\s\S]*16\.2 MiB copy\.bin[\s\S]*folder\/two words\.txt[\s\S]*Total Objects: 4/,
  },
  { words: ["s3", "ls", `${bucket}/fol`], exit: 0, prints: /PRE folder\/$/m },
  { words: ["s3", "ls", `${bucket}/absent`], exit: 1, prints: "" },
  { words: ["s3", "mv", `${bucket}/a.txt`, `${bucket}/moved.txt`], exit: 0, prints: /move: s3:/ },
  {
    words: ["s3api", "wait", "object-exists", "--bucket", "clients-{me}-files", "--key", "moved.txt"],
    exit: 0,
    prints: "",
  },
  { words: ["s3", "rm", `${bucket}/folder/`, "--recursive"], exit: 0, prints: /delete: s3:/ },
  { words: ["s3", "rb", bucket], exit: 1, prints: /BucketNotEmpty/ },
  { words: ["s3", "rb", bucket, "--force"], exit: 0, prints: /remove_bucket: clients-/ },
  { words: ["s3api", "wait", "bucket-not-exists", "--bucket", "clients-{me}-files"], exit: 0, prints: "" },
  { words: ["lambda", "wait", "function-active", "--function-name", "{function}"], exit: 0, prints: "" },
  // The client itself rejects wrong arguments; nothing reaches the service.
  { words: ["s3", "cp", "absent.txt", `${bucket}/`], exit: 255, prints: /does not exist/ },
];

/** Runs all commands with one client. Returns one sentence for each command whose result was not as expected. */
export async function type(
  client: CommandLineClient,
  names: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  // S3's timestamps are whole seconds, and "sync" uploads a file again if it is newer than its object.
  const written = new Date(Date.now() - 3_600_000);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(client.folder, name)), { recursive: true });
    writeFileSync(path.join(client.folder, name), Buffer.alloc(bytes, "a"));
    utimesSync(path.join(client.folder, name), written, written);
  }
  const differences: string[] = [];
  for (const { words, exit, prints } of fileCommands) {
    const typed = words.map((word) => word.replace(/\{(\w+)\}/g, (text, name: string) => names[name] ?? text));
    const { code, output } = await client.run(typed);
    const right = code === exit && (prints === "" ? output.trim() === "" : prints.test(output));
    if (!right) differences.push(`aws ${typed.join(" ")}: exit code ${code}: ${output.trim().slice(-500)}`);
  }
  return differences;
}
