import type { Finding } from "../finding.ts";
import { say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";

/** Values in the stack's file before and after. For a secret, only the fact that it changed is shown. */
export function configurationFindings({ before, after }: Sides): readonly Finding[] {
  const [old, now] = [before.configuration, after.configuration];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((key): readonly Finding[] => {
    const [was, is] = [old[key], now[key]];
    if (was?.value === is?.value && was?.secret === is?.secret) return [];
    if (key === "aws:region") {
      const sentence = say`every resource is made anew in region ${is?.value ?? "of the environment"} instead of ${was?.value ?? "that of the environment"}, without its data`;
      return [{ section: "Configuration", rule: "data-deleted", sentence }];
    }
    const name = key.includes(":") ? key.slice(key.indexOf(":") + 1) : key;
    if (was?.secret && is && !is.secret) {
      return [
        {
          section: "Configuration",
          rule: "secret-shown",
          sentence: say`setting ${name} is no longer encrypted: the repository shows it`,
        },
      ];
    }
    if (was?.secret || is?.secret) {
      const how = was && is ? "changed" : is ? "is set" : "is removed";
      return [
        { section: "Configuration", rule: "secret-changed", sentence: say`secret setting ${name} ${words(how)}` },
      ];
    }
    const shown = (value: string | undefined) => (value === undefined ? words("not set") : say`${value}`);
    return [
      {
        section: "Configuration",
        rule: "configuration-changed",
        sentence: say`setting ${name}: ${shown(was?.value)} → ${shown(is?.value)}`,
      },
    ];
  });
}
