import Module, { createRequire } from "node:module";

/**
 * Packages that Pulumi loads at its start but uses only for functions that are written in the program and deployed as
 * their source. Loading them takes more time than loading the rest of Pulumi.
 */
const names = ["typescript", "@npmcli/arborist"];

const here = createRequire(import.meta.url);

/** Lets Pulumi load these packages when it first uses them. This must be called before Pulumi is imported. */
function loadLazily(): void {
  const pulumi = createRequire(here.resolve("@pulumi/pulumi"));
  for (const name of names) {
    const file = located(pulumi, name);
    if (file === undefined || here.cache[file]) continue;
    const module = new Module(file);
    module.filename = file;
    module.loaded = true;
    module.exports = lazily(() => {
      delete here.cache[file];
      return pulumi(name) as Exports;
    });
    here.cache[file] = module;
  }
}

type Exports = Readonly<Record<PropertyKey, unknown>>;

/** Exports that are loaded when they are first used. */
function lazily(load: () => Exports): Exports {
  let known: Exports | undefined;
  const loaded = (): Exports => {
    known ??= load();
    return known;
  };
  return new Proxy<Exports>(
    {},
    {
      get(_target, key) {
        // Compiled code reads this first, and would otherwise copy every export.
        if (key === "__esModule") return true;
        return key === "default" ? (loaded()["default"] ?? loaded()) : loaded()[key];
      },
      has: (_target, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor(_target, key) {
        const property = Reflect.getOwnPropertyDescriptor(loaded(), key);
        return property && Object.assign(property, { configurable: true });
      },
    },
  );
}

function located(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

loadLazily();
