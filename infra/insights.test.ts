import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { ask } from '../cli/logLines.ts';
import { LOCAL, readEnvironment } from './environment.ts';
import { insightsOf, saveQueries } from './insights.ts';
import { SAVED_QUERIES } from './savedQueries.ts';

const queryOf = (option: string) => {
  const query = SAVED_QUERIES.find((each) => each.option === option);
  if (!query) throw new Error(`there is no question ${option}`);
  return query;
};

test('a question about one thing shows its lines, the oldest first', () => {
  expect(insightsOf(queryOf('mail'))).toBe(
    [
      'fields timestamp, function, customerId, version, eventId, kind, outcome, attempts, why, held, error, message, report, deliveryStatus, reasonCode, traceId',
      '| filter (customerId = "{{mail}}" or partnerId = "{{mail}}" or held = true)',
      '| sort timestamp asc',
      '| limit 1000',
    ].join('\n'),
  );
});

test('a question about all lines counts them', () => {
  expect(insightsOf(queryOf('hammering'))).toBe(
    [
      'filter ispresent(status)',
      '| stats count(*) as requests, max(durationMs) as slowestMs, earliest(timestamp) as since, latest(timestamp) as until by partnerId, principal, viewer, source, route, status, code',
      '| sort requests desc',
      '| limit 100',
    ].join('\n'),
  );
});

test('every question is saved in a folder of the environment, with the value that it asks about as its parameter', () => {
  const stack = new Stack(new App(), 'Stack');
  saveQueries(stack, readEnvironment(LOCAL));
  const saved = Object.values(Template.fromStack(stack).findResources('AWS::Logs::QueryDefinition'));
  expect(saved.map(({ Properties }) => Properties.Name)).toEqual(
    SAVED_QUERIES.map(({ question }) => `partner-portal-local-us-east-1/${question}`),
  );
  for (const { Properties } of saved) {
    const { QueryString, Parameters = [], LogGroupNames = [] } = Properties;
    const used = new Set(Array.from(QueryString.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name));
    expect([...used]).toEqual(Parameters.map(({ Name }: { Name: string }) => Name));
    // Insights refuses a query of more log groups by name.
    expect(LogGroupNames.length).toBeLessThanOrEqual(50);
  }
  expect(saved.find(({ Properties }) => Properties.LogGroupNames)?.['Properties'].LogGroupNames).toEqual([
    '/partner-portal-local-us-east-1/deliverMail',
    '/partner-portal-local-us-east-1/recordDelivery',
  ]);
});

test('on a laptop, a question finds the same lines and counts them in the same way', () => {
  const at = (second: number) => `2026-11-27T10:00:0${second}.000Z`;
  const log = [
    { timestamp: at(3), function: 'deliverMail', customerId: 'dn2a', outcome: 'sent' },
    { timestamp: at(1), function: 'getMe', status: 200, partnerId: 'acme', durationMs: 5 },
    { timestamp: at(2), function: 'getMe', status: 200, partnerId: 'acme', durationMs: 9 },
    { timestamp: at(2), function: 'getMe', status: 200, partnerId: 'globex', durationMs: 1 },
    { timestamp: at(2), function: 'deliverMail', held: true },
    { timestamp: at(4), function: 'createCustomer', customerId: 'dn2a', status: 201 },
    { timestamp: at(5), function: 'recordDelivery', customerId: 'dn2b' },
  ];
  expect(ask(queryOf('mail'), log, 'dn2a').rows).toEqual([log[4], log[0]]);
  // Only the columns of the question: neither more nor less than in CloudWatch.
  expect(ask(queryOf('customer'), log, 'dn2a').rows).toEqual([
    { timestamp: at(3), function: 'deliverMail', outcome: 'sent' },
    { timestamp: at(4), function: 'createCustomer', status: 201 },
  ]);
  expect(ask(queryOf('hammering'), log).rows[0]).toEqual({
    ...{ requests: 2, slowestMs: 9, since: at(1), until: at(2), partnerId: 'acme', status: 200 },
  });
});
