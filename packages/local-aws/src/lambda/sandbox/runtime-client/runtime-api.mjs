/** The four calls of the Lambda Runtime API, over a single connection that is kept alive. */
import http from "node:http";

const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const base = "/2018-06-01/runtime";
/**
 * The idle socket does not keep the event loop alive, because an empty event loop shows that the handler will never
 * respond.
 */
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Waits for the next invocation, without a time limit. */
export async function nextInvocation() {
  const { body, headers } = await call("GET", `${base}/invocation/next`);
  return {
    requestId: headers["lambda-runtime-aws-request-id"],
    deadline: Number(headers["lambda-runtime-deadline-ms"]),
    functionArn: headers["lambda-runtime-invoked-function-arn"],
    traceId: headers["lambda-runtime-trace-id"],
    clientContext: headers["lambda-runtime-client-context"],
    body,
  };
}

export function postResponse(requestId, text) {
  return call("POST", `${base}/invocation/${requestId}/response`, text);
}

export function postError(requestId, body) {
  return post(`${base}/invocation/${requestId}/error`, body);
}

export function postInitError(body) {
  return post(`${base}/init/error`, body);
}

function post(path, body) {
  const type = String(body.errorType).replace(/[^\x20-\x7e]/g, "?");
  return call("POST", path, JSON.stringify(body), { "Lambda-Runtime-Function-Error-Type": type });
}

function call(method, path, text, extra = {}) {
  return new Promise((resolve, reject) => {
    const headers =
      text === undefined
        ? extra
        : { ...extra, "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) };
    const request = http.request({ hostname, port, path, method, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ body: Buffer.concat(chunks).toString("utf8"), headers: response.headers }));
    });
    request.on("error", reject);
    request.end(text);
  });
}
