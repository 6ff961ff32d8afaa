/** Finds the route of the HTTP API for a request. */

/** A route of the HTTP API. */
export type Route = {
  /** Such as `POST /v1/customers/{customerId}`, or `$default`. */
  routeKey: string;
  /** Logical id of the function that answers. */
  functionId: string;
};

/** The route of a request, with the decoded values of its path parameters (`undefined` if it has none). */
export type RouteMatch = { route: Route; pathParameters: Record<string, string> | undefined };

/**
 * Finds the route of a request; `undefined` if there is none. A full match wins over a greedy one, and a greedy one over `$default`.
 * Of two full matches, the first differing segment decides: a literal one wins over a variable. A method wins over `ANY`. ("Working
 * with routes for HTTP APIs".)
 *
 * @param path the path of the request, still percent-encoded
 * @throws URIError if the path has a broken percent-encoding
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

/**
 * Matches a path with the path of a route. The lowest rank wins: it begins with 1 for a greedy route and 0 for others, followed by 0 for
 * each literal segment, 1 for a variable and 2 for a greedy variable.
 */
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
