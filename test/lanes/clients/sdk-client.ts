import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as sfn from "@aws-sdk/client-sfn";
import * as sts from "@aws-sdk/client-sts";
import { byteMembers, type Call, type Client, isBytes, type Outcome, type ServiceName } from "./client.ts";

interface Sender {
  send(command: object): Promise<object>;
  destroy(): void;
}
type Commands = Readonly<Record<string, unknown>>;
type CommandClass = new (parameters: object) => object;

/**
 * AWS's SDK for JavaScript. Region, key and endpoint come from the environment; the host prefix is disabled with an SDK
 * option.
 */
export class Sdk implements Client {
  readonly name = "SDK for JavaScript";
  readonly #clients: Readonly<Record<ServiceName, readonly [client: Sender, commands: Commands]>>;

  constructor() {
    this.#clients = {
      stepfunctions: [new sfn.SFNClient({ disableHostPrefix: true }), sfn],
      lambda: [new lambda.LambdaClient({}), lambda],
      logs: [new logs.CloudWatchLogsClient({}), logs],
      // Not every system resolves "bucket.localhost".
      s3api: [new s3.S3Client({ forcePathStyle: true }), s3],
      sts: [new sts.STSClient({}), sts],
    };
  }

  knows(): boolean {
    return true;
  }

  shows(): boolean {
    return true;
  }

  async send({ service, operation, parameters }: Call): Promise<Outcome> {
    const [client, commands] = this.#clients[service];
    const Command = commands[`${operation}Command`] as CommandClass | undefined;
    if (!Command) throw new Error(`the SDK for JavaScript has no ${service} ${operation}`);
    const given = Object.entries(parameters).map(([name, value]) => [
      name,
      isBytes(operation, name) ? Buffer.from(String(value)) : value,
    ]);
    try {
      const { $metadata: _, ...response } = (await client.send(new Command(Object.fromEntries(given)))) as Record<
        string,
        unknown
      >;
      for (const name of byteMembers) if (response[name]) response[name] = await textOf(response[name]);
      const present = Object.entries(response).filter(([, value]) => value !== undefined && value !== null);
      return { response: Object.fromEntries(present), problems: [] };
    } catch (error) {
      const { name, message } = error as Error;
      return { error: name, message };
    }
  }

  async close(): Promise<void> {
    for (const [client] of Object.values(this.#clients)) client.destroy();
  }
}

async function textOf(bytes: unknown): Promise<string> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString("utf8");
  return (bytes as { transformToString(): Promise<string> }).transformToString();
}
