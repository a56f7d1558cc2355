/** Greets by name. Step Functions and the Lambda API pass the input itself; API Gateway passes a body. */
export const handler = async (event) => {
  const isHttp = event !== null && typeof event === "object" && "requestContext" in event;
  const name = isHttp ? JSON.parse(event.body).name : event;
  console.log(`greets ${name}`);
  const greeting = `Hello, ${name}!`;
  return isHttp ? { statusCode: 200, body: JSON.stringify({ greeting }) } : greeting;
};
