import type { LambdaEvent } from "hono/aws-lambda";

/** The parts of an API Gateway proxy event that determine the address that the caller used. */
export interface ProxyEvent {
  readonly path: string;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly requestContext: { readonly domainName?: string; readonly path?: string; readonly stage?: string };
}

/** The route within the API: a custom domain's base path is part of `path`, but never of the proxy parameter. */
export function routeOf(event: ProxyEvent): string {
  const proxy = event.pathParameters?.["proxy"];
  return proxy === undefined ? event.path : `/${proxy}`;
}

/**
 * The address of the API's root, without a slash at the end: a custom domain, a stage's own domain, or localhost. Only
 * the gateway's values are used: the caller controls Host and X-Forwarded headers and could mislead the reader of a
 * link.
 */
export function publicAddress(event: ProxyEvent): string {
  const { domainName = "localhost", path, stage } = event.requestContext;
  const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(domainName);
  return `${loopback ? "http" : "https"}://${domainName}${prefix(routeOf(event), path, domainName, stage)}`;
}

/** The part of the requested path before the route: a stage, a base path, or nothing. */
function prefix(route: string, asked: string | undefined, domainName: string, stage: string | undefined): string {
  if (asked?.endsWith(route)) return asked.slice(0, asked.length - route.length);
  return /\.execute-api\..*\.amazonaws\.com(\.cn)?$/.test(domainName) && stage ? `/${stage}` : "";
}

/** The event with its route as its path, for the router. */
export function atRoute<Event extends LambdaEvent & ProxyEvent>(event: Event): Event {
  return { ...event, path: routeOf(event) };
}
