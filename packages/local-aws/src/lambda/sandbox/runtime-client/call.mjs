/** Calls a handler of any kind that Lambda supports: asynchronous, with a callback, or neither. */
export function callHandler(handler, invocation) {
  return new Promise((resolve, reject) => {
    const forgotten = () => settle(resolve, null);
    let settled = false;
    let waitForEmptyEventLoop = true;

    function settle(how, value) {
      if (settled) return;
      settled = true;
      process.off("beforeExit", forgotten);
      how(value);
    }
    function callback(error, result) {
      if (error !== undefined && error !== null) settle(reject, error);
      else if (!waitForEmptyEventLoop) settle(resolve, result);
      else {
        process.off("beforeExit", forgotten);
        process.once("beforeExit", () => settle(resolve, result));
      }
    }

    const context = {
      get callbackWaitsForEmptyEventLoop() {
        return waitForEmptyEventLoop;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waitForEmptyEventLoop = value;
      },
      succeed: (result) => settle(resolve, result),
      fail: (error) => settle(reject, error ?? "handled"),
      done: (error, result) =>
        error === undefined || error === null ? settle(resolve, result) : settle(reject, error),
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: invocation.functionArn,
      awsRequestId: invocation.requestId,
      clientContext: invocation.clientContext === undefined ? undefined : JSON.parse(invocation.clientContext),
      getRemainingTimeInMillis: () => invocation.deadline - Date.now(),
    };

    // If a handler neither responds nor leaves pending work, the result is null, as on Lambda.
    process.once("beforeExit", forgotten);
    try {
      const result = handler(JSON.parse(invocation.body), context, callback);
      if (typeof result?.then === "function") {
        result.then(
          (value) => settle(resolve, value),
          (error) => settle(reject, error ?? "handled"),
        );
      }
    } catch (error) {
      settle(reject, error);
    }
  });
}
