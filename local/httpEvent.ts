/** Turns a request into the event of API Gateway's HTTP API (payload format 2.0), and a function's result into the answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteMatch } from './routes.ts';
import { ACCOUNT } from './template.ts';

/** Types of bodies that functions get as text. Other bodies, and those without a type, are base64 (observed on AWS, undocumented). */
const TEXT_TYPES = /^(text\/.*|application\/(json|javascript|xml))$/;

/** Path and query of a request line, still percent-encoded; the query without `?`. */
export type RequestTarget = { path: string; query: string };

/** Splits the URL of a request line. */
export function parseTarget(url: string): RequestTarget {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** The parts of a request that the HTTP API reads, beside the body. */
export type HttpRequest = Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headersDistinct' | 'rawHeaders'> & {
  socket: { remoteAddress?: string | undefined; localPort?: number | undefined };
};

/** The event that a function gets for a request. */
export function toEvent(
  request: HttpRequest,
  { path, query }: RequestTarget,
  { route, pathParameters }: RouteMatch,
  body: Buffer,
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = joinedHeaders(request);
  const host = headers['host'] ?? '';
  const sourceIp = request.socket.remoteAddress ?? '';
  const now = new Date();
  // An HTTP API decodes the path; a REST API doesn't.
  const rawPath = decodeURIComponent(path);
  const queryStringParameters = joinedQuery(query);
  const isText = TEXT_TYPES.test((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '');
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(request.socket.localPort),
      'x-forwarded-proto': 'http',
    },
    ...(queryStringParameters && { queryStringParameters }),
    ...(pathParameters && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: host,
      domainPrefix: 'local',
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The headers, with the values of repeated ones joined by commas. */
function joinedHeaders({ headersDistinct }: HttpRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]),
  );
}

/** The query parameters, with the values of repeated ones joined by commas; `undefined` if there are none. */
function joinedQuery(query: string): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    parameters[key] = Object.hasOwn(parameters, key) ? `${parameters[key]},${value}` : value;
  }
  return Object.keys(parameters).length > 0 ? parameters : undefined;
}

/** `22/Nov/2026:06:47:00 +0000` */
function commonLogTime(now: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** An answer of the HTTP API; header names are in lower case. */
export type HttpAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer };

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}

/**
 * The HTTP answer for a function's result. A result without `statusCode` is the JSON body of a 200. An invalid result is a 500 of the
 * gateway.
 */
export function toHttpAnswer(result: unknown): HttpAnswer {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = '',
    isBase64Encoded = false,
  } = result as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') {
    return gatewayAnswer(500, 'Internal Server Error');
  }
  const named = Object.entries(headers as Record<string, unknown>).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...((cookies as string[]).length > 0 && { 'set-cookie': cookies as string[] }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
