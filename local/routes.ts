/** Which route of the HTTP API a request belongs to. */

export type Route = {
  /** `POST /v1/customers/{customerId}`, or `$default`. */
  routeKey: string;
  /** Logical id of the function that answers. */
  functionId: string;
};

export type RouteMatch = { route: Route; pathParameters: Record<string, string> | undefined };

/**
 * Finds the route of a request. A full match wins over a greedy one, a greedy one over `$default`; among several, the one
 * whose earliest differing segment is literal ("Working with routes for HTTP APIs"), and a method over `ANY`.
 *
 * @param path the path as it was sent, still percent-encoded
 * @throws URIError when the path holds a broken percent-encoding
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const segments = path.split('/').slice(1).map(decodeURIComponent);
  const candidates = routes.flatMap((route) => {
    const [routeMethod, template] = route.routeKey.split(' ');
    if (template === undefined) return [{ route, rank: ['9'], pathParameters: undefined }];
    if (routeMethod !== method && routeMethod !== 'ANY') return [];
    const match = matchSegments(template.split('/').slice(1), segments);
    return match
      ? [{ route, rank: [...match.rank, routeMethod === 'ANY' ? '1' : '0'], pathParameters: match.parameters }]
      : [];
  });
  candidates.sort((one, other) => (one.rank.join('') < other.rank.join('') ? -1 : 1));
  return candidates[0];
}

/** Per segment 0 literal, 1 variable, 2 greedy; the whole is preceded by whether it is greedy at all. */
function matchSegments(
  template: string[],
  segments: string[],
): { rank: string[]; parameters: Record<string, string> | undefined } | undefined {
  const parameters: Record<string, string> = {};
  const rank: string[] = [];
  for (const [index, part] of template.entries()) {
    const segment = segments[index];
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(part) ?? [];
    if (segment === undefined || (name !== undefined && segment === '')) return undefined;
    if (name === undefined) {
      if (segment !== part) return undefined;
      rank.push('0');
    } else if (greedy) {
      parameters[name] = segments.slice(index).join('/');
      return { rank: ['1', ...rank, '2'], parameters };
    } else {
      parameters[name] = segment;
      rank.push('1');
    }
  }
  if (segments.length !== template.length) return undefined;
  return { rank: ['0', ...rank], parameters: Object.keys(parameters).length > 0 ? parameters : undefined };
}
