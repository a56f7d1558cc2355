import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";

/** The endpoints of the services of one stack, and the credentials to call them. */
export interface Connection {
  readonly region: string;
  /** Endpoint of all services on the one-machine AWS. @default AWS's endpoints */
  readonly endpoint?: string;
  /** @default the SDK's chain: environment, profile, role */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How often the SDK makes a call at most. @default 3 */
  readonly attempts?: number;
  /** The product's API: its address, and the key that this server adds to each request. */
  readonly api: { readonly url: string; readonly key?: string };
}

/** The clients that the page's operations use. */
export interface Clients {
  readonly states: SFNClient;
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  readonly api: Connection["api"];
  destroy(): void;
}

export function createClients({ region, endpoint, credentials, attempts, api }: Connection): Clients {
  const common = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(attempts === undefined ? {} : { maxAttempts: attempts }),
  };
  // With the host prefix, the SDK would try to resolve the host "sync-localhost", which does not exist.
  const states = new SFNClient({ ...common, disableHostPrefix: endpoint !== undefined });
  const s3 = new S3Client({ ...common, forcePathStyle: endpoint !== undefined });
  const logs = new CloudWatchLogsClient(common);
  return {
    states,
    s3,
    logs,
    api,
    destroy() {
      states.destroy();
      s3.destroy();
      logs.destroy();
    },
  };
}
