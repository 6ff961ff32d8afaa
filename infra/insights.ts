/** The saved queries in CloudWatch Logs Insights. */
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { logGroupName } from './logs.ts';
import { prefixOf } from './names.ts';
import { ASKED, type Column, type Condition, SAVED_QUERIES, type SavedQuery } from './savedQueries.ts';

/** How much an answer shows. (Insights gives at most 10,000 lines.) */
const LIMIT = { lines: 1000, rows: 100 };

/** A query in the language of CloudWatch Logs Insights. The value that it asks about is a parameter, such as `{{customer}}`. */
export function insightsOf({ where, answer, option }: SavedQuery): string {
  const conditionOf = (condition: Condition): string => {
    if ('anyOf' in condition) return `(${condition.anyOf.map(conditionOf).join(' or ')})`;
    if ('isPresent' in condition) return `ispresent(${condition.field})`;
    const { field, equals } = condition;
    return `${field} = ${equals === ASKED ? `"{{${option}}}"` : JSON.stringify(equals)}`;
  };
  const filter = `filter ${where.map(conditionOf).join(' and ')}`;
  if ('fields' in answer)
    return [
      `fields ${['timestamp', ...answer.fields].join(', ')}`,
      filter,
      'sort timestamp asc',
      `limit ${LIMIT.lines}`,
    ].join('\n| ');
  const { columns, by } = answer;
  const columnOf = (column: Column) =>
    `${column.value === 'count' ? 'count(*)' : `${column.value}(${column.of})`} as ${column.name}`;
  return [
    filter,
    `stats ${columns.map(columnOf).join(', ')} by ${by.join(', ')}`,
    `sort ${columns[0].name} desc`,
    `limit ${LIMIT.rows}`,
  ].join('\n| ');
}

/**
 * Saves the queries in CloudWatch, in a folder of the environment. A query of all logs names none: Insights takes 50 names at most. Its
 * reader chooses the logs by their prefix.
 */
export function saveQueries(scope: Construct, environment: Environment): void {
  for (const query of SAVED_QUERIES) {
    const { option, question, asks, functions } = query;
    new CfnQueryDefinition(scope, `Query-${option}`, {
      name: `${prefixOf(environment)}/${question}`,
      queryString: insightsOf(query),
      ...(functions && { logGroupNames: functions.map((name) => logGroupName(environment, name)) }),
      ...(asks !== undefined && { parameters: [{ name: option, description: asks, defaultValue: '' }] }),
    });
  }
}
