import { expect, test } from 'vitest';
import { matchRoute } from './routes.ts';

const routes = [
  '$default',
  'GET /v1/customers/{customerId}',
  'GET /v1/customers/batch',
  'GET /v1/customers/{customerId}/clouds',
  'GET /invite/{proxy+}',
  'GET /invite/{page}',
  'ANY /v1/me',
  'PUT /v1/provider/accounts/{email}/clouds/{cloudId}',
].map((routeKey) => ({ routeKey, functionId: routeKey }));
const withoutDefault = routes.slice(1);
const match = (method: string, path: string) => matchRoute(withoutDefault, method, path);

test('a literal segment wins over a variable one, a variable one over a greedy one, and any route over $default', () => {
  expect(match('GET', '/v1/customers/batch')?.route.routeKey).toBe('GET /v1/customers/batch');
  expect(match('GET', '/v1/customers/dn2x')).toMatchObject({
    route: { routeKey: 'GET /v1/customers/{customerId}' },
    pathParameters: { customerId: 'dn2x' },
  });
  expect(match('GET', '/invite/a')?.route.routeKey).toBe('GET /invite/{page}');
  expect(match('GET', '/invite/accept/dn2x')).toMatchObject({
    route: { routeKey: 'GET /invite/{proxy+}' },
    pathParameters: { proxy: 'accept/dn2x' },
  });
  expect(matchRoute(routes, 'GET', '/nowhere')?.route.routeKey).toBe('$default');
  expect(matchRoute(routes, 'DELETE', '/v1/me')?.route.routeKey).toBe('ANY /v1/me');
});

test('path parameters are decoded, and an encoded slash separates no segments', () => {
  expect(match('PUT', '/v1/provider/accounts/a%40b.example/clouds/x%2Fy')?.pathParameters).toEqual({
    email: 'a@b.example',
    cloudId: 'x/y',
  });
});

test('another method, a missing or an empty segment and a slash at the end match nothing', () => {
  expect(match('POST', '/v1/customers/dn2x')).toBeUndefined();
  expect(match('HEAD', '/v1/customers/dn2x')).toBeUndefined();
  expect(match('GET', '/v1/customers')).toBeUndefined();
  expect(match('GET', '/v1/customers/')).toBeUndefined();
  expect(match('GET', '/v1/customers/dn2x/')).toBeUndefined();
  expect(match('GET', '/invite/')).toBeUndefined();
});

test('a broken percent-encoding is an error, not a match', () => {
  expect(() => match('GET', '/v1/customers/%E0%A4')).toThrow(URIError);
});
