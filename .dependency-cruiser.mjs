/**
 * Which folder may import which: read by test/imports.test.ts, and by `npx depcruise` with any of its reporters
 * (`npx depcruise --output-type dot .` draws the graph). Imports of types count like all others.
 */

/**
 * What each folder may import besides itself, packages and `lib/` (local-aws has its own). A path without an extension is
 * a folder.
 */
export const allowed = {
  "index.ts": ["infra", "image", "contract"],
  infra: ["statemachine", "image", "contract"],
  account: ["infra/setting.ts", "infra/stack-names.ts", "infra/policies.ts"],
  image: ["contract", "functions/inference"],
  model: ["contract", "functions/inference", "image"],
  functions: ["contract"],
  // The page of `npm start` is the console, behind the same server.
  dev: ["packages/local-aws/src/index.ts", "contract", "console/server"],
  review: ["packages/local-aws/src/index.ts", "contract"],
  // `npm run console` serves the console of a deployed stack.
  cli: ["contract", "console/server"],
  console: ["contract"],
  contract: [],
  statemachine: ["contract"],
  lib: [],
  bootstrap: [],
  "packages/local-aws": [],
};

/** Files that ship; tests, their fixtures and benches may import anything. */
const notShipped = "\\.test\\.ts$|(^|/)(fixtures|test-support)/";

const pattern = (place) => `^${place.replaceAll(".", "\\.")}${/\.\w+$/.test(place) ? "$" : "/"}`;

const betweenFolders = Object.entries(allowed).map(([place, others]) => ({
  name: `imports-of-${place}`,
  comment: `${place} may import ${[place, ...others].join(", ")}, lib (local-aws has its own) and packages.`,
  severity: "error",
  from: { path: pattern(place), pathNot: notShipped },
  to: {
    path: "^(?!.*node_modules/)",
    pathNot: [place, ...others, ...(place === "packages/local-aws" ? [] : ["lib"])].map(pattern),
    dependencyTypesNot: ["core"],
    couldNotResolve: false,
  },
}));

export default {
  forbidden: [
    {
      name: "no-circular",
      comment: "Two files that need each other are one noun, or the part that both need is a third one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...betweenFolders,
    {
      name: "folder-without-rule",
      comment: "A new folder needs an entry above: what may it import?",
      severity: "error",
      from: { pathNot: [...Object.keys(allowed).map(pattern), "^(test|bench)/", notShipped, "^[^/]+\\.(ts|mjs)$"] },
      to: {},
    },
    {
      name: "not-resolvable",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-development-package",
      comment: "What ships imports no package that only development installs.",
      severity: "error",
      from: { path: Object.keys(allowed).map(pattern), pathNot: notShipped },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm-peer"] },
    },
    {
      name: "no-package-without-manifest",
      comment:
        "What a file imports is in the package.json above it. image/package.json lists what is installed in the image.",
      severity: "error",
      from: { path: Object.keys(allowed).map(pattern), pathNot: [notShipped, "^image/"] },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(\\.build|\\.data|packages/[^/]+/dist)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      extensions: [".ts", ".mts", ".mjs", ".js", ".json"],
    },
  },
};
