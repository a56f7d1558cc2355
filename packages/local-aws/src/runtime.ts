import path from "node:path";
import { createApiGateway } from "./apigateway/api-gateway.ts";
import { createEvents } from "./events/events.ts";
import { rulesOf } from "./events/rules.ts";
import type { Faults } from "./faults/faults.ts";
import { faultyS3, faultyStates } from "./faults/services.ts";
import type { Graph } from "./graph.ts";
import { createIam, type Iam, type KeyPair, type RolePrincipal } from "./iam/iam.ts";
import { refuseUnserved } from "./images/unserved.ts";
import { createLambda, type Lambda } from "./lambda/lambda.ts";
import { type SandboxNode, SandboxNodes } from "./lambda/sandbox/sandbox-node.ts";
import { lambdaLimits, mib } from "./limits.ts";
import { createLogs } from "./logs/logs.ts";
import { createS3, type S3 } from "./s3/s3.ts";
import type { Surface } from "./server/dispatch.ts";
import type { LogSink } from "./service.ts";
import { createStates } from "./states/index.ts";
import { createSts } from "./sts/service.ts";

export interface RuntimeOptions {
  readonly graph: Graph;
  /** Whether an earlier run served exactly this graph. */
  readonly accepted: boolean;
  readonly dataDir: string;
  readonly port: number;
  /** The key pair that no role restricts. */
  readonly operator: KeyPair;
  readonly warn: (message: string) => void;
  /** Variables for every sandbox, in addition to its function's and those that Lambda sets. @default none */
  readonly hostVariables?: Readonly<Record<string, string>>;
  /**
   * The Node executable for all sandboxes.
   * @default the image's version if it is installed, otherwise the one of this process
   */
  readonly node?: string;
  /** Receives every line that is logged, with the name of its log group. */
  readonly onLog?: (message: string, group: string) => void;
  /** @default none */
  readonly faults?: Faults | undefined;
}

/** All services of one captured program, connected to each other. */
export interface Runtime {
  readonly surface: Omit<Surface, "page">;
  readonly s3: S3;
  readonly lambda: Lambda;
  /** The Node executables that sandboxes run on, one for each version that images use. */
  readonly nodes: readonly SandboxNode[];
  /** The grants that this run's calls used, and those that were missing. */
  readonly iam: Pick<Iam, "usage" | "takeRefusals">;
  /** Resumes the executions of the previous run. Call it once the port is open. */
  recover(): void;
  /** Serves a new graph; whatever is running finishes on the old one. */
  update(graph: Graph): Promise<void>;
  close(): Promise<void>;
}

/**
 * @throws NoNode if `node` does not run; UnservedProgram for functions that cannot run here; UnservedRules for event rules
 * that cannot be served; InvalidDefinitions for state machines that AWS would reject
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { graph, accepted, dataDir, port, operator, warn, onLog, hostVariables = {}, faults } = options;
  refuseUnserved(graph);
  const rules = rulesOf(graph);
  const iam = createIam(graph, operator);
  const { authorizer } = iam;
  const folder = (name: string): string => path.join(dataDir, name);
  const logs = createLogs({ ...graph, dataDir: folder("logs"), authorizer, warn });
  const sink: LogSink = {
    write(group, stream, messages) {
      logs.write(group, stream, messages);
      for (const { message } of messages) onLog?.(message, group);
    },
  };
  const s3 = await createS3({ ...graph, dataDir: folder("s3"), authorizer, keys: iam });
  const sandboxNodes = new SandboxNodes(options.node === undefined ? {} : { node: options.node });
  const nodes = await sandboxNodes.prepare(graph.images);
  const lambda = createLambda({
    ...graph,
    iam,
    logs: sink,
    warn,
    endpointUrl: () => `http://127.0.0.1:${port}`,
    hostVariables,
    nodeFor: (uri, context) => sandboxNodes.fileFor(uri, context),
    dataDir: folder("lambda"),
    faults,
  });
  const { invoker } = lambda;
  const callers = new Map<string, string>();
  const callerOf = (roleArn: string, session: string, principal: RolePrincipal) => {
    const known = callers.get(`${session} ${roleArn}`);
    const key = known ?? iam.issue(roleArn, session, principal).accessKeyId;
    callers.set(`${session} ${roleArn}`, key);
    return iam.callerOf(key);
  };
  const states = createStates({
    ...graph,
    invoker,
    authorizer,
    accepted,
    logs: sink,
    dataDir: folder("states"),
    s3: s3.service,
    credentialsFor: (roleArn) => callerOf(roleArn, "execution", "states.amazonaws.com"),
    onStatusChange: (event) => events.put(event),
    integration: (request, caller) => statesApi(request, caller),
  });
  const statesApi = faults ? faultyStates(states.service, faults) : states.service;
  const events = createEvents({
    ...graph,
    rules,
    states: states.service,
    credentialsFor: (roleArn) => callerOf(roleArn, "event", "events.amazonaws.com"),
    warn,
  });
  const api = createApiGateway({ ...graph, invoker, authorizer, faults });
  return {
    s3,
    lambda,
    nodes,
    iam,
    surface: {
      services: {
        states: { handle: statesApi, maxBytes: 2 * mib },
        // Allows for the invocation's payload and the protocol around it.
        lambda: { handle: lambda.service, maxBytes: lambdaLimits.syncPayloadBytes + mib },
        logs: { handle: logs.service, maxBytes: mib },
        sts: { handle: createSts(graph.accountId), maxBytes: mib },
      },
      s3: faults ? faultyS3(s3, faults) : s3,
      api,
      keys: iam,
    },
    recover: () => states.recover(),
    async update(next) {
      // Steps that may reject the graph come first, so that a rejection leaves everything unchanged.
      refuseUnserved(next);
      const nextRules = rulesOf(next);
      await sandboxNodes.prepare(next.images);
      states.update(next.stateMachines);
      events.update(nextRules);
      iam.update(next);
      // Roles must be assumed again, because a trust policy may have changed.
      for (const key of callers.values()) iam.retire(key);
      callers.clear();
      logs.update(next);
      lambda.update(next);
      api.update(next);
      await s3.update(next);
    },
    async close() {
      await states.close();
      await lambda.close();
      s3.close();
      logs.close();
    },
  };
}
