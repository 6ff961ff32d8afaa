import { expect, test } from 'vitest';
import { concurrencyFault } from './concurrency.ts';

const reserving = (...numbers: (number | undefined)[]) => ({
  Resources: Object.fromEntries(
    numbers.map((number, index) => [
      `It${index}`,
      {
        Type: 'AWS::Lambda::Function',
        Properties: number === undefined ? {} : { ReservedConcurrentExecutions: number },
      },
    ]),
  ),
});
const said = (limit: number, unreserved: number, before: object, after: object) =>
  concurrencyFault({ limit, unreserved }, { before, after, region: 'eu-central-1' });

test('a new account can reserve nothing, and a deployment that reserves something is refused', () => {
  expect(said(10, 10, {}, reserving(undefined, 5, 3)).fault).toBe(
    'The deployment reserves 8 more concurrent executions of functions, and the account has 0 left to reserve in eu-central-1: its limit is 10, and Lambda keeps 100 unreserved. Ask for more: Service Quotas, AWS Lambda, "Concurrent executions" (L-B99A9384), in eu-central-1, or reserve less.',
  );
});

test('a deployment that reserves nothing is not refused, but a small limit is said', () => {
  expect(said(10, 10, {}, reserving(undefined))).toEqual({
    warning:
      'The account may run 10 functions at the same time in eu-central-1, and a burst of 400 requests is let in: callers beyond the limit get an error. Ask for more: Service Quotas, AWS Lambda, "Concurrent executions" (L-B99A9384), in eu-central-1.',
  });
  expect(said(1000, 1000, {}, reserving(undefined))).toEqual({});
});

test('what was reserved by the deployment before is not reserved again', () => {
  expect(said(1000, 150, reserving(50), reserving(100))).toEqual({});
  expect(said(1000, 150, reserving(50), reserving(101)).fault).toMatch(
    /^The deployment reserves 51 more .* has 50 left/,
  );
});
