import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import type { Faults } from "../faults/faults.ts";
import { underFault } from "../faults/lambda-fault.ts";
import type { FunctionResource, Graph } from "../graph.ts";
import { lambdaLimits } from "../limits.ts";
import type { Invocation, Invoker, LogSink, Service } from "../service.ts";
import { AwsError } from "../service.ts";
import { InvokeAccess } from "./access.ts";
import { Fleet } from "./fleet.ts";
import type { Answer } from "./instance/instance.ts";
import { Instance } from "./instance/instance.ts";
import { InstanceLog } from "./instance/instance-log.ts";
import { type LambdaIam, startSession } from "./instance/session.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { Pool } from "./pool.ts";
import { type InvokeRequest, resolveFunction } from "./references.ts";
import { Scratch } from "./sandbox/scratch.ts";
import { createLambdaService } from "./service.ts";
import { PublishedVersions } from "./versions.ts";

/** The part of the captured graph from which Lambda is built. */
export type LambdaGraph = Pick<Graph, "functions" | "images">;

export interface LambdaOptions extends LambdaGraph {
  readonly region: string;
  readonly accountId: string;
  readonly iam: LambdaIam;
  readonly logs: LogSink;
  /** URL at which sandboxes reach the other services: this runtime's own port, by IP address. */
  readonly endpointUrl: () => string;
  /** Parent of the scratch folders. @default the operating system's folder for temporary files */
  readonly tmpDir?: string;
  /** Variables for every sandbox, in addition to its function's and those that Lambda sets. @default none */
  readonly hostVariables?: Readonly<Record<string, string>>;
  /** Folder in which published versions are stored. If undefined, they are lost when the process ends. */
  readonly dataDir?: string;
  /** Returns the Node executable for an image with this build context. @default the executable of this process */
  readonly nodeFor?: (imageUri: string, context: string) => string;
  /** Capacity of the machine. @default this computer's cores, and four fifths of its free memory */
  readonly machine?: Machine;
  /** Milliseconds after which an idle sandbox ends. @default 5 minutes */
  readonly idleMs?: number;
  /**
   * Time limit of an initialisation, in seconds. When it is exceeded, the initialisation is repeated within the
   * invocation.
   * @default 10, as on AWS
   */
  readonly initSeconds?: number;
  /** @default console.warn */
  readonly warn?: (message: string) => void;
  /** @default none */
  readonly faults?: Pick<Faults, "lambda"> | undefined;
}

export interface FunctionCapacity {
  readonly name: string;
  readonly memorySizeMb: number;
  /** Maximum number of sandboxes that run at once on this machine; further calls wait. */
  readonly concurrency: number;
  readonly sandboxes: number;
  readonly running: number;
  readonly waiting: number;
}

export interface Lambda {
  readonly invoker: Invoker;
  /** The Lambda REST API. */
  readonly service: Service;
  capacity(): { readonly machine: Machine; readonly functions: readonly FunctionCapacity[] };
  /**
   * Applies a new graph: changed functions get new sandboxes, while running and waiting calls finish on the old ones.
   */
  update(graph: LambdaGraph): void;
  /**
   * Ends every sandbox and its child processes, and waits for them. Running and waiting calls reject with
   * "ServiceException".
   */
  close(): Promise<void>;
}

/** Serves AWS Lambda on this machine. @throws Error if a function's image is not among the images */
export function createLambda(options: LambdaOptions): Lambda {
  const {
    iam,
    logs,
    region,
    accountId,
    endpointUrl,
    hostVariables = {},
    nodeFor = () => process.execPath,
    idleMs = 300_000,
    initSeconds = lambdaLimits.initSeconds,
    warn = console.warn,
  } = options;
  const fleet = new Fleet(options.machine ?? thisMachine());
  const scratch = new Scratch(options.tmpDir);
  const access = new InvokeAccess(iam.authorizer);
  const retired = new Set<Pool>();
  /** Pools of the currently declared functions, by name. */
  let pools = new Map<string, Pool>();
  const versions = new PublishedVersions(options.dataDir);
  /** Build contexts by image URI. */
  let contexts = new Map<string, string>();
  /** Pools of versions that were published earlier, created on the first call. */
  const older = new Map<FunctionResource, Pool>();

  function taskRootOf(definition: FunctionResource, images: Graph["images"]): string {
    const image = images.find(({ uri }) => uri === definition.imageUri);
    if (image) return image.context;
    throw new Error(
      `function "${definition.name}" runs image "${definition.imageUri}", which the program does not build`,
    );
  }

  function createPool(definition: FunctionResource, taskRoot: string): Pool {
    const version = definition.version ?? definition.aliases[0]?.version ?? "$LATEST";
    return new Pool({
      definition,
      fleet,
      idleMs,
      create(onDeath) {
        const log = new InstanceLog(logs, definition.logGroupName, version);
        const setting = { iam, region, accountId, endpointUrl, warn, hostVariables };
        const session = startSession(definition, log, setting);
        return new Instance({
          definition,
          version,
          taskRoot,
          node: nodeFor(definition.imageUri, taskRoot),
          session,
          log,
          scratch,
          initSeconds,
          onDeath,
        });
      },
    });
  }

  function update({ functions, images }: LambdaGraph): void {
    const next = new Map<string, Pool>();
    contexts = new Map(images.map(({ uri, context }) => [uri, context]));
    for (const definition of functions) {
      const known = pools.get(definition.name);
      const same = known && JSON.stringify(known.definition) === JSON.stringify(definition);
      next.set(definition.name, same ? known : createPool(definition, taskRootOf(definition, images)));
    }
    const replaced = [...pools.values()].filter((pool) => next.get(pool.definition.name) !== pool);
    pools = next;
    for (const pool of replaced) retire(pool);
    versions.publish(
      functions.flatMap((definition) => {
        const { version } = definition;
        if (version === undefined) return [];
        return [{ definition: { ...definition, version }, taskRoot: taskRootOf(definition, images) }];
      }),
    );
    for (const [definition, pool] of older) {
      if (versions.all.some((each) => each.definition === definition)) continue;
      older.delete(definition);
      retire(pool);
    }
  }

  /**
   * Returns the time of last modification: for a published version, when it was published; for other code, when its
   * build context was created.
   */
  function modifiedAt({ name, version, imageUri }: FunctionResource): number {
    const published = versions.all.find(({ definition }) => definition.name === name && definition.version === version);
    if (published) return published.publishedAt;
    const context = contexts.get(imageUri);
    return context === undefined ? 0 : (statSync(context, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  }

  function retire(pool: Pool): void {
    retired.add(pool);
    void pool.retire().then(() => retired.delete(pool));
  }

  function poolOf(definition: FunctionResource): Pool | undefined {
    const current = pools.get(definition.name);
    if (current?.definition === definition) return current;
    const known = older.get(definition);
    if (known) return known;
    const published = versions.all.find((each) => each.definition === definition);
    if (!published) return undefined;
    const pool = createPool(definition, published.taskRoot);
    older.set(definition, pool);
    return pool;
  }

  const resolve = (reference: string, qualifier?: string) =>
    resolveFunction(
      [...pools.values(), ...versions.all].map(({ definition }) => definition),
      reference,
      qualifier,
    );

  async function invoke(request: InvokeRequest): Promise<Invocation & Answer> {
    const { functionArn, qualifier, payload, caller, signal, clientContext, undisturbed = false } = request;
    const target = resolve(functionArn, qualifier);
    access.check(caller, target);
    if (Buffer.byteLength(payload) > lambdaLimits.syncPayloadBytes) {
      const limit = `Request must be smaller than ${lambdaLimits.syncPayloadBytes} bytes for the InvokeFunction operation`;
      throw new AwsError("RequestTooLargeException", limit, 413);
    }
    const pool = poolOf(target.definition);
    if (!pool) throw new AwsError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
    const requestId = randomUUID();
    const call = {
      requestId,
      payload,
      functionArn: target.arn,
      ...(clientContext === undefined ? {} : { clientContext }),
    };
    const run = (killAfterMs?: number) =>
      pool.invoke(killAfterMs === undefined ? call : { ...call, killAfterMs }, signal);
    const fault = undisturbed ? undefined : options.faults?.lambda(target.definition);
    const answer = await unlessAborted(underFault(fault, run), signal);
    const { executedVersion } = target;
    return { ...answer, requestId, executedVersion, ...(answer.failed ? { functionError: "Unhandled" as const } : {}) };
  }

  update(options);
  return {
    invoker: { invoke },
    service: createLambdaService({
      invoke,
      resolve,
      access,
      authorizer: iam.authorizer,
      listed: () => ({
        functions: [...pools.values()].map(({ definition }) => definition),
        versions: versions.all.map(({ definition }) => definition),
        modifiedAt,
      }),
      warn,
    }),
    capacity: () => ({
      machine: fleet.machine,
      functions: [...pools.values()].map(
        ({ definition: { name, memorySizeMb }, concurrency, size, running, waiting }) => ({
          name,
          memorySizeMb,
          concurrency,
          sandboxes: size,
          running,
          waiting,
        }),
      ),
    }),
    update,
    async close() {
      await Promise.all([...pools.values(), ...older.values(), ...retired].map((pool) => pool.close()));
      await scratch.close();
    },
  };
}

/** An aborted call rejects at once, but the function keeps running, as on AWS. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
