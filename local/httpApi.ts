/** The HTTP API on this machine: routes, limits and bodies of API Gateway in front of the functions. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { gatewayAnswer, type HttpAnswer, type HttpRequest, parseTarget, toEvent, toHttpAnswer } from './httpEvent.ts';
import { matchRoute, type Route } from './routes.ts';
import type { Throttle, Throttling } from './stackDefinition.ts';

/** The largest request body of an HTTP API ("Quotas for HTTP APIs": payload size 10 MB). */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
/** The largest size of request line and headers together (same page: 10,240 bytes). */
const MAX_HEADER_BYTES = 10_240;
/** The longest time of an integration (same page: 30 seconds). */
const INTEGRATION_TIMEOUT_MILLISECONDS = 30_000;

/** Invokes a function by its logical id. */
export type Invoke = (functionId: string, event: unknown) => Promise<unknown>;

type HttpApiOptions = {
  routes: readonly Route[];
  throttling: Throttling;
  invoke: Invoke;
  /** Factor on the time limits of AWS, for a slow machine. */
  patience?: number;
};

/** Makes a server that accepts longer headers than the API, so that the API itself refuses them. */
export function createHttpApiServer(): Server {
  const server = createServer({ maxHeaderSize: 64 * 1024 });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  return server;
}

/** Answers a request as the HTTP API does. `readBody` returns `undefined` for a body over the limit. */
export type HttpApi = (request: HttpRequest, readBody: () => Promise<Buffer | undefined>) => Promise<HttpAnswer>;

/** Makes the HTTP API, without a server. */
export function httpApi({ routes, throttling, invoke, patience = 1 }: HttpApiOptions): HttpApi {
  const buckets = new Map<string, TokenBucket>();
  const isThrottled = (routeKey: string): boolean => {
    const own = throttling.routes[routeKey];
    const key = own ? routeKey : '';
    const bucket = buckets.get(key) ?? new TokenBucket(own ?? throttling.all);
    buckets.set(key, bucket);
    return !bucket.take();
  };

  return async (request, readBody) => {
    const { method = '', url = '/' } = request;
    if (headerBytes(request) > MAX_HEADER_BYTES) return gatewayAnswer(431, 'Request Header Fields Too Large');
    if (!url.startsWith('/')) return gatewayAnswer(400, 'Bad Request');
    const target = parseTarget(url);
    let match: ReturnType<typeof matchRoute>;
    try {
      match = matchRoute(routes, method, target.path);
    } catch {
      return gatewayAnswer(400, 'Bad Request');
    }
    if (!match) return gatewayAnswer(404, 'Not Found');
    if (isThrottled(match.route.routeKey)) return gatewayAnswer(429, 'Too Many Requests');
    const body = await readBody();
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const event = toEvent(request, target, match, body);
    try {
      const late = AbortSignal.timeout(INTEGRATION_TIMEOUT_MILLISECONDS * patience);
      const result = await Promise.race([
        invoke(match.route.functionId, event),
        new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late'))),
      ]);
      const { status, headers, body } =
        result === 'late' ? gatewayAnswer(503, 'Service Unavailable') : toHttpAnswer(result);
      return { status, body, headers: { ...headers, 'apigw-requestid': event.requestContext.requestId } };
    } catch {
      return gatewayAnswer(500, 'Internal Server Error');
    }
  };
}

/** Makes the listener that answers HTTP requests through the API. */
export function serveHttpApi(answer: HttpApi): RequestListener {
  return (request, response) => {
    answer(request, () => readBody(request)).then(
      (given) => send(request, response, given),
      () => request.destroy(),
    );
  };
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  // Discard the rest of the body: with unread data, the caller would see a reset instead of the answer.
  request.resume();
  const noBody = request.method === 'HEAD' || status === 204 || status === 304;
  response.writeHead(status, noBody ? headers : { ...headers, 'content-length': body.length });
  response.end(noBody ? undefined : body);
}

/** The whole body; `undefined` if it is over the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The caller went away.')));
  });
}

const headerBytes = ({ method = '', url = '', rawHeaders }: HttpRequest): number =>
  rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, method.length + Buffer.byteLength(url) + 11);

/** The algorithm of API Gateway's throttling: `burst` tokens at most, and `ratePerSecond` new tokens a second. */
class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAt = performance.now();

  constructor(throttle: Throttle) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
  }

  take(): boolean {
    const { ratePerSecond, burst } = this.#throttle;
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * ratePerSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
