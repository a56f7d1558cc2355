import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { pythonCommands } from "../support/tools.ts";
import { cfnLint } from "./lint.ts";

const Schema = z.object({
  handlers: z.record(z.string(), z.object({ permissions: z.array(z.string()).default([]) })),
});

const operations = ["create", "read", "update", "delete"] as const;
export type Operation = (typeof operations)[number];

/** The actions that a type of resource takes, by operation. */
export type Schemas = (type: string) => Readonly<Record<Operation, readonly string[]>>;

/** The permissions in CloudFormation's schemas, which cfn-lint includes. */
export async function readSchemas(): Promise<Schemas> {
  const library = path.join(await pythonCommands(...cfnLint), "../lib");
  const [python = ""] = readdirSync(library);
  const folder = path.join(library, python, "site-packages/cfnlint/data/schemas");
  const index = z.record(z.string(), z.string()).parse(json(path.join(folder, "providers/us-east-1.json")));
  return (type) => {
    const { handlers } = Schema.parse(json(path.join(folder, "resources", `${index[type]}.json`)));
    const of = (operation: Operation) => handlers[operation]?.permissions ?? [];
    return { create: of("create"), read: of("read"), update: of("update"), delete: of("delete") };
  };
}

const json = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
