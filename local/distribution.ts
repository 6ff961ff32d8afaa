/** The distribution on this machine: behaviors, headers and function of CloudFront in front of the uploaded pages and the HTTP API. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { HttpRequest } from './httpEvent.ts';
import type { StackTemplate } from './template.ts';

/** The behavior for a path pattern. */
type Behavior = {
  /** Such as `/v1/*`; the default behavior has `*`, and is the last one. */
  pattern: string;
  /** Whether the origin is the bucket; otherwise it is the API. */
  fromBucket: boolean;
  /** The CloudFront function that rewrites the path. */
  rewrite: ((uri: string) => string) | undefined;
  /** Headers of the response headers policy. */
  headers: Record<string, string>;
  /** Headers that the distribution adds to requests for the origin. A value may be a dynamic reference to a secret. */
  originHeaders: Record<string, string>;
};

type File = { body: Buffer; headers: Record<string, string> };

/** The distribution as the template defines it, with the files of its bucket. */
export type DistributionDefinition = {
  behaviors: Behavior[];
  /** Files of the bucket by their key. */
  files: Map<string, File>;
};

/** Types by the extension of a file, as the uploading function sets them (Python's `mimetypes`). */
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.ico': 'image/vnd.microsoft.icon',
};
/** CloudFront compresses files from 1,000 bytes to 10 MB, of all types above ("Serve compressed files"). */
const MIN_COMPRESSED_BYTES = 1000;
/** A file is compressed at its first request, about as well as CloudFront compresses it. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

type BehaviorProperties = {
  PathPattern?: string;
  TargetOriginId: string;
  ResponseHeadersPolicyId?: string;
  FunctionAssociations?: { FunctionARN: string }[];
};
type SecurityHeaders = {
  ContentSecurityPolicy?: { ContentSecurityPolicy: string };
  ContentTypeOptions?: object;
  ReferrerPolicy?: { ReferrerPolicy: string };
  StrictTransportSecurity?: { AccessControlMaxAgeSec: number; IncludeSubdomains?: boolean };
};
type HeadersPolicy = {
  SecurityHeadersConfig?: SecurityHeaders;
  CustomHeadersConfig?: { Items: { Header: string; Value: string }[] };
};
type Upload = {
  SourceObjectKeys: string[];
  SourceMarkers?: Record<string, string>[];
  Exclude?: string[];
  Include?: string[];
  SystemMetadata?: Record<string, string>;
};

/**
 * Reads the distribution of the template; `undefined` if the template has none.
 *
 * @param directoryOfUpload the folder whose files are uploaded under a key
 */
export function readDistribution(
  stack: StackTemplate,
  directoryOfUpload: (key: string) => string,
): DistributionDefinition | undefined {
  const [distribution] = stack.resources<{
    DistributionConfig: {
      DefaultCacheBehavior: BehaviorProperties;
      CacheBehaviors?: BehaviorProperties[];
      Origins: {
        Id: string;
        S3OriginConfig?: object;
        OriginCustomHeaders?: { HeaderName: string; HeaderValue: string }[];
      }[];
    };
  }>('AWS::CloudFront::Distribution');
  if (!distribution) return undefined;
  const { DefaultCacheBehavior, CacheBehaviors = [], Origins } = distribution.properties.DistributionConfig;

  const policies = new Map(
    stack
      .resources<{ ResponseHeadersPolicyConfig: HeadersPolicy }>('AWS::CloudFront::ResponseHeadersPolicy')
      .map(({ logicalId, properties }) => [stack.nameOf(logicalId), headersOf(properties.ResponseHeadersPolicyConfig)]),
  );
  const functions = new Map(
    stack
      .resources<{ FunctionCode: string }>('AWS::CloudFront::Function')
      .map(({ logicalId, properties }) => [`${logicalId}.FunctionARN`, rewriteBy(properties.FunctionCode)]),
  );
  return {
    behaviors: [...CacheBehaviors, DefaultCacheBehavior].map(
      ({ PathPattern = '*', TargetOriginId, ResponseHeadersPolicyId = '', FunctionAssociations = [] }) => {
        const origin = Origins.find(({ Id }) => Id === TargetOriginId);
        return {
          pattern: PathPattern,
          fromBucket: origin?.S3OriginConfig !== undefined,
          rewrite: functions.get(FunctionAssociations[0]?.FunctionARN ?? ''),
          headers: policies.get(ResponseHeadersPolicyId) ?? {},
          originHeaders: Object.fromEntries(
            (origin?.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }) => [
              HeaderName.toLowerCase(),
              HeaderValue,
            ]),
          ),
        };
      },
    ),
    files: new Map(
      stack
        .resources<Upload>('Custom::CDKBucketDeployment')
        .flatMap(({ properties }) => uploaded(properties, directoryOfUpload)),
    ),
  };
}

function headersOf({ SecurityHeadersConfig = {}, CustomHeadersConfig }: HeadersPolicy): Record<string, string> {
  const {
    ContentSecurityPolicy: csp,
    ContentTypeOptions,
    ReferrerPolicy: referrer,
    StrictTransportSecurity: hsts,
  } = SecurityHeadersConfig;
  return {
    ...Object.fromEntries((CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header.toLowerCase(), Value])),
    ...(csp && { 'content-security-policy': csp.ContentSecurityPolicy }),
    ...(ContentTypeOptions && { 'x-content-type-options': 'nosniff' }),
    ...(referrer && { 'referrer-policy': referrer.ReferrerPolicy }),
    ...(hsts && {
      'strict-transport-security': `max-age=${hsts.AccessControlMaxAgeSec}${hsts.IncludeSubdomains ? '; includeSubDomains' : ''}`,
    }),
  };
}

/** The files of an upload by their key. The values of a deployment replace their markers. */
function uploaded(
  { SourceObjectKeys, SourceMarkers = [], Exclude = [], Include = [], SystemMetadata = {} }: Upload,
  directoryOfUpload: (key: string) => string,
): [string, File][] {
  const matches = (patterns: string[], key: string) =>
    patterns.some((pattern) => key.startsWith(pattern.replace('*', '')));
  return SourceObjectKeys.flatMap((source, index) => {
    const folder = directoryOfUpload(source);
    const markers = Object.entries(SourceMarkers[index] ?? {});
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((key) => !matches(Exclude, key) || matches(Include, key))
      .map((key): [string, File] => {
        const read = readFileSync(join(folder, key));
        const body = markers.length
          ? Buffer.from(markers.reduce((text, [marker, value]) => text.replaceAll(marker, value), read.toString()))
          : read;
        return [
          key,
          {
            body,
            headers: {
              'content-type': TYPES[extname(key)] ?? 'application/octet-stream',
              ...SystemMetadata,
            },
          },
        ];
      });
  });
}

/**
 * Adds to a request for the API what the distribution adds: the headers of the origin, in place of those that the viewer sends, and the
 * viewer's address, after the addresses that the viewer sends.
 */
export function throughDistribution<Request extends HttpRequest>(
  { behaviors }: DistributionDefinition,
  request: Request,
): Request {
  const { headersDistinct, socket } = request;
  for (const [name, value] of Object.entries(behaviorOf(behaviors, request)?.originHeaders ?? {}))
    headersDistinct[name] = [value];
  const viewer = socket.remoteAddress ?? '';
  headersDistinct['x-forwarded-for'] = [[...(headersDistinct['x-forwarded-for'] ?? []), viewer].join(', ')];
  return request;
}

const uriOf = ({ url }: HttpRequest) => url?.split('?')[0] ?? '/';
const behaviorOf = (behaviors: Behavior[], request: HttpRequest): Behavior | undefined =>
  behaviors.find(({ pattern }) => matchesPattern(pattern, uriOf(request)));

/** Answers as the distribution does: with files of the bucket, or through the listener of the API. */
export function serveDistribution(definition: DistributionDefinition, api: RequestListener): RequestListener {
  const { behaviors, files } = definition;
  return (request, response) => {
    const uri = uriOf(request);
    const behavior = behaviorOf(behaviors, request);
    for (const [name, value] of Object.entries(behavior?.headers ?? {})) response.setHeader(name, value);
    // The API refuses a request line that isn't a path.
    if (!behavior?.fromBucket || !uri.startsWith('/')) return api(throughDistribution(definition, request), response);
    sendFile(request, response, files.get((behavior.rewrite?.(uri) ?? uri).slice(1)));
  };
}

/** `*` stands for any number of characters. The template uses no other wildcard. */
const matchesPattern = (pattern: string, uri: string): boolean => {
  const [start = '', ...rest] = pattern.replace(/^([^/*])/, '/$1').split('*');
  return rest.length === 0 ? uri === start : uri.startsWith(start);
};

/** The function with this source, as it changes paths. */
function rewriteBy(source: string): (uri: string) => string {
  type Handler = (event: { request: { uri: string } }) => { uri: string };
  const handler = runInNewContext(`${source}; handler`) as Handler;
  return (uri) => handler({ request: { uri } }).uri;
}

const compressed = new WeakMap<File, Record<string, Buffer>>();

function sendFile(request: IncomingMessage, response: ServerResponse, file: File | undefined): void {
  request.resume();
  // The statuses are those of CloudFront and S3.
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return void response.writeHead(403, { 'content-type': 'text/plain' }).end('Only GET and HEAD are allowed here.');
  if (!file) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.');
  const encoding = file.body.length < MIN_COMPRESSED_BYTES ? undefined : acceptedEncoding(request);
  const body = encoding === undefined ? file.body : compress(file, encoding);
  const tag = `"${createHash('md5').update(file.body).digest('hex')}"`;
  const headers = {
    ...file.headers,
    etag: encoding === undefined ? tag : `W/${tag}`,
    vary: 'accept-encoding',
    ...(encoding && { 'content-encoding': encoding }),
  };
  if (request.headers['if-none-match']?.includes(tag)) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
}

type Encoding = 'br' | 'gzip';

const acceptedEncoding = (request: IncomingMessage): Encoding | undefined => {
  const accepted = String(request.headers['accept-encoding'] ?? '').split(/[ ,;]+/);
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding));
};

function compress(file: File, encoding: Encoding): Buffer {
  const made = compressed.get(file) ?? {};
  compressed.set(file, made);
  made[encoding] ??= encoding === 'br' ? brotliCompressSync(file.body, BROTLI) : gzipSync(file.body);
  return made[encoding];
}
