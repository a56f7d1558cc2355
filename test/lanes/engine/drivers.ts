import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import type { Ordered } from "../../support/orders.ts";
import { attempt } from "../support/command.ts";
import { type Operation, operationOf } from "./events.ts";
import type { Session } from "./session.ts";

export type Verb = "preview" | "up" | "refresh" | "destroy";

/** Operates a stack of the program with the real engine. */
export interface Driver {
  readonly name: string;
  readonly stack: string;
  /**
   * Throws when the engine rejects the operation or a resource fails. `flags` are those of the command, which the
   * Automation API does not accept.
   */
  perform(verb: Verb, ...flags: readonly string[]): Promise<Operation>;
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** The resources of the stack's state. */
  resources(): Promise<readonly Ordered[]>;
  /** Sets a value of the configuration; undefined removes it. */
  configure(key: string, value: string | undefined): Promise<void>;
  /** Removes the stack and its settings after all its resources have been deleted. */
  remove(): Promise<void>;
  /** Previews the same stack from another checkout. Only for a driver that starts the program itself. */
  previewFrom?(checkout: string): Promise<Operation>;
  /** The preview as JSON, which the GitHub workflow turns into a comment. */
  previewJson?(): Promise<string>;
}

/** Drives the `pulumi` command as a user would; the language host starts the program. */
export async function commandDriver(project: string, stack: string, session: Session): Promise<Driver> {
  const { plugins } = session;
  const pulumiIn = async (cwd: string, ...parameters: string[]): Promise<string> => {
    const environment = { ...session.environment, ...(await plugins.variables(cwd)) };
    const options = { cwd, environment };
    const { code, stdout, output } = await attempt("pulumi", [...parameters, "--non-interactive"], options);
    if (code === 0) return stdout;
    throw new Error(
      `"pulumi ${parameters.join(" ")}" ended with ${code}:\n${output.slice(-60_000)}\n${plugins.output}`,
    );
  };
  const pulumi = (...parameters: string[]): Promise<string> => pulumiIn(project, ...parameters);
  let outputs: Promise<Readonly<Record<string, unknown>>> | undefined;
  const readOutputs = async () => {
    const text = await pulumi("stack", "output", "--json", "--show-secrets", "--stack", stack);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const perform = async (cwd: string, verb: Verb, ...flags: readonly string[]): Promise<Operation> => {
    outputs = undefined;
    const started = Date.now();
    const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-events-"));
    const log = path.join(folder, "events.json");
    const skip = verb === "preview" ? [] : ["--yes", "--skip-preview"];
    try {
      await pulumiIn(cwd, verb, "--stack", stack, "--event-log", log, ...skip, ...flags);
      if (!existsSync(log)) throw new Error(`"pulumi ${verb}" wrote no event log`);
      return operationOf(lines(readFileSync(log, "utf8")), started);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await pulumi("stack", "init", stack);
  return {
    name: "the pulumi command",
    stack,
    perform: (verb, ...flags) => perform(project, verb, ...flags),
    async previewFrom(checkout) {
      const settings = `Pulumi.${stack}.yaml`;
      copyFileSync(path.join(project, settings), path.join(checkout, settings));
      return perform(checkout, "preview");
    },
    previewJson: () => pulumi("preview", "--stack", stack, "--json"),
    outputs() {
      outputs ??= readOutputs();
      return outputs;
    },
    resources: async () => resourcesIn(await pulumi("stack", "export", "--stack", stack)),
    async configure(key, value) {
      const change = value === undefined ? ["rm", key] : ["set", key, value];
      await pulumi("config", ...change, "--stack", stack);
    },
    async remove() {
      await pulumi("stack", "rm", stack, "--yes");
    },
  };
}

/** Drives the Automation API with the program inline, without a language host. */
export async function automationDriver(project: string, stack: string, session: Session): Promise<Driver> {
  let run = 0;
  const index = pathToFileURL(path.join(project, "index.ts")).href;
  const opened: Stack = await LocalWorkspace.createStack(
    {
      stackName: stack,
      projectName: "deep-learning-workflow",
      // The URL is different for each run, because a module is evaluated only once and the program must be evaluated
      // every time.
      program: async () => {
        run += 1;
        const outputs: Record<string, unknown> = { ...(await import(`${index}?run=${run}`)) };
        return outputs;
      },
    },
    {
      workDir: project,
      envVars: { ...session.environment, ...(await session.plugins.variables(project)) },
      pulumiCommand: await PulumiCommand.get({ root: session.engine }),
    },
  );
  return {
    name: "the Automation API",
    stack,
    async perform(verb, ...flags) {
      if (flags.length > 0) throw new Error(`the Automation API has no flags, and was given ${flags.join(" ")}`);
      const started = Date.now();
      const events: unknown[] = [];
      await opened[verb]({ onEvent: (event) => events.push(event) });
      return operationOf(events, started);
    },
    async outputs() {
      const outputs = await opened.outputs();
      return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
    },
    resources: async () => resourcesIn(JSON.stringify(await opened.exportStack())),
    configure: (key, value) => (value === undefined ? opened.removeConfig(key) : opened.setConfig(key, { value })),
    remove: () => opened.workspace.removeStack(stack),
  };
}

const State = z.object({
  deployment: z.object({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        parent: z.string().optional(),
        dependencies: z.array(z.string()).default([]),
      }),
    ),
  }),
});

/** The resources of an exported state. */
function resourcesIn(state: string): readonly Ordered[] {
  return State.parse(JSON.parse(state)).deployment.resources.map(({ urn, type, parent, dependencies }) => ({
    urn,
    type,
    name: urn.split("::").at(-1) ?? "",
    parent,
    dependencies,
  }));
}

function lines(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): unknown => JSON.parse(line));
}
