import { readFileSync } from "node:fs";
import path from "node:path";

/** A running service whose data folder contains the operator's key pair. */
export interface OperatedService {
  readonly url: string;
  readonly dataDir: string;
}

/** What an AWS client needs to call the service as its operator. */
export function operatorOf({ url, dataDir }: OperatedService) {
  const text = readFileSync(path.join(dataDir, "operator-key.json"), "utf8");
  const credentials = JSON.parse(text) as { readonly accessKeyId: string; readonly secretAccessKey: string };
  return { endpoint: url, region: "us-east-1", credentials };
}
