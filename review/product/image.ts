import { isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import type { CapturedResource, ImageContents } from "../program/program.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";
import { layersOf } from "./layers.ts";

export interface ImageChanges {
  readonly findings: readonly Finding[];
  /** Names of the images that are rebuilt. */
  readonly rebuilt: readonly string[];
  /** Names of the functions whose code changes. */
  readonly functions: readonly string[];
}

/** Which images are rebuilt and why, and which functions have cold starts because of that. */
export function imageChanges(sides: Sides): ImageChanges {
  const { before, after, names, matched } = sides;
  const findings: Finding[] = [];
  const rebuilt: string[] = [];
  const functions: string[] = [];
  for (const pair of matched.pairs.filter(({ after: { type } }) => type === "awsx:ecr:Image")) {
    const old = before.images.find(({ name }) => name === pair.before.name);
    const now = after.images.find(({ name }) => name === pair.after.name);
    if (
      !old ||
      !now ||
      (isSame(old.files, now.files) && isSame(pair.before.inputs["imageTag"], pair.after.inputs["imageTag"]))
    )
      continue;
    const name = names.of(pair.after);
    const users = usersOf(pair.after, after.resources).map((each) => names.of(each));
    rebuilt.push(name);
    functions.push(...users);
    const stage = old.target === now.target ? words("") : say`, as stage ${now.target} instead of ${old.target}`;
    findings.push({
      section: "Image",
      rule: "image-rebuilt",
      sentence: say`image ${name} is rebuilt${stage}: ${causeOf(old, now)}`,
      details: [say`cold starts once: ${quoted(users, 20)}`, ...detailsOf(old, now)],
    });
  }
  return { findings, rebuilt, functions };
}

const usersOf = (image: CapturedResource, resources: readonly CapturedResource[]): readonly CapturedResource[] =>
  resources.filter(
    ({ type, inputs }) => type === "aws:lambda/function:Function" && inputs["imageUri"] === image.outputs["imageUri"],
  );

/** The most informative cause: packages first, then sources, then files. */
function causeOf(before: ImageContents, after: ImageContents): Sentence {
  const packages = packageChanges(before, after);
  if (packages.length > 0)
    return packages.slice(0, 3).flatMap((each, index) => (index === 0 ? [...each] : ["; ", ...each]));
  const sources = sourceChanges(before, after);
  if (sources.length > 0) return say`${quoted(sources, 3)} changed`;
  const files = changedFiles(before, after);
  return files.length > 0 ? say`${quoted(files, 3)} changed` : words("its settings changed");
}

function detailsOf(before: ImageContents, after: ImageContents): readonly Sentence[] {
  const bytes = (image: ImageContents): number => Object.values(image.files).reduce((sum, file) => sum + file.bytes, 0);
  const files = changedFiles(before, after);
  const layers = layersOf(after.texts["Dockerfile"] ?? "", files);
  const sources = sourceChanges(before, after);
  return [
    say`build context: ${megabytes(bytes(before))} → ${megabytes(bytes(after))} MB`,
    ...layers.map(({ layer, files: changed }) => say`layer ${layer}: ${quoted(changed)}`),
    ...packageChanges(before, after),
    ...(sources.length > 0 ? [say`sources: ${quoted(sources, 12)}`] : []),
  ];
}

const megabytes = (bytes: number): number => Number((bytes / 1e6).toFixed(2));

export function changedFiles(before: ImageContents, after: ImageContents): readonly string[] {
  const names = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort();
  return names.filter((name) => before.files[name]?.sha256 !== after.files[name]?.sha256);
}

/** Bundled sources that differ, by their path in the checkout, without packages. */
function sourceChanges(before: ImageContents, after: ImageContents): readonly string[] {
  return bundledChanges(before, after)
    .filter(({ name }) => !name.includes("node_modules/"))
    .map(({ name }) => name);
}

/** `sharp 0.35.5 → 0.35.6`: differences in installed and in bundled packages. */
function packageChanges(before: ImageContents, after: ImageContents): readonly Sentence[] {
  const [old, now] = [installed(before), installed(after)];
  const bundled = bundledChanges(before, after).filter(({ name }) => name.includes("node_modules/"));
  const changes = [
    ...[...new Set([...Object.keys(old), ...Object.keys(now)])]
      .filter((name) => old[name] !== now[name])
      .map((name) => ({ name, from: old[name], to: now[name] })),
    ...bundled.map(({ name, from, to }) => ({ name: name.slice(name.lastIndexOf("node_modules/") + 13), from, to })),
  ];
  const unique = new Map(changes.map((each) => [each.name, each]));
  return [...unique.values()].map(({ name, from, to }) => say`dependency ${name} ${from ?? "none"} → ${to ?? "none"}`);
}

function installed({ texts }: ImageContents): Readonly<Record<string, string>> {
  try {
    return (JSON.parse(texts["package.json"] ?? "{}") as { dependencies?: Record<string, string> }).dependencies ?? {};
  } catch {
    return {};
  }
}

function bundledChanges(
  before: ImageContents,
  after: ImageContents,
): readonly { readonly name: string; readonly from?: string; readonly to?: string }[] {
  const merged = (image: ImageContents, bundles: readonly string[]) =>
    Object.assign({}, ...bundles.map((bundle) => image.sources[bundle] ?? {})) as Record<string, string>;
  const bundles = changedFiles(before, after).filter((name) => name.endsWith(".mjs"));
  const [old, now] = [merged(before, bundles), merged(after, bundles)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names
    .filter((name) => old[name] !== now[name])
    .map((name) => ({
      name,
      ...(old[name] !== undefined && { from: old[name] }),
      ...(now[name] !== undefined && { to: now[name] }),
    }));
}
