import { Readable } from "node:stream";
import { XMLParser } from "fast-xml-parser";
import { AwsError, type Caller, type Service } from "../service.ts";

/** S3's objects as a state machine reaches them: with its role's rights. */
export interface Objects {
  /** The bytes of an object. Throws S3's own `AwsError`. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Writes an object as a whole. Throws S3's own `AwsError`. */
  write(bucket: string, key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

/** Objects behind the S3 service, for whoever `caller` names at each call. */
export function objectsOf(s3: Service, caller: () => Caller): Objects {
  return {
    async read(bucket, key) {
      const { body } = await request("GET", bucket, key);
      return body === null ? nothing() : (body as unknown as AsyncIterable<Uint8Array>);
    },
    async write(bucket, key, content) {
      const body = Readable.toWeb(Readable.from(content, { objectMode: false }));
      // Node's fetch takes a stream as a body only when told that the answer comes after it.
      await request("PUT", bucket, key, { body, duplex: "half", headers: { "content-type": "application/json" } });
    },
  };

  async function request(method: string, bucket: string, key: string, init: object = {}): Promise<Response> {
    const place = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
    const response = await s3(new Request(`http://localhost/${place}`, { method, ...init }), caller());
    if (response.ok) return response;
    throw failure(await response.text(), response.status);
  }
}

function failure(text: string, status: number): AwsError {
  const document = new XMLParser({ parseTagValue: false }).parse(text) as { Error?: Record<string, unknown> };
  const { Code: code = "InternalError", Message: message = text } = document.Error ?? {};
  return new AwsError(String(code), String(message), status);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
