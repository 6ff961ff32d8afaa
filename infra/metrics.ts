import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../shared/metrics.ts';
import type { Environment } from './environment.ts';
import { nameIn, prefixOf } from './names.ts';
import type { FunctionName } from './permissions.ts';

/** The period of most metrics: people wait no longer for help, and CloudWatch keeps it for two months. */
export const PROMPTLY = Duration.minutes(5);

/** The namespace of what an environment measures itself. Two environments of an account share none. */
export const metricsNamespace: (environment: Environment) => string = prefixOf;

/** What the API's access log tells, and API Gateway's metrics don't (`apiAlarms.ts`). */
export type AccessLogMetric = 'throttledRequests' | 'refusedTokens';

/** A metric from the logs: that of the functions (`shared/metrics.ts`) or of the API. `of`: only that of one function. */
export const portalMetric = (
  environment: Environment,
  metricName: MetricName | AccessLogMetric,
  { of, ...options }: MetricOptions & { of?: FunctionName } = {},
): Metric =>
  new Metric({
    namespace: metricsNamespace(environment),
    metricName,
    ...(of && { dimensionsMap: { function: of } }),
    statistic: 'Sum',
    period: PROMPTLY,
    ...options,
  });

/** A metric of AWS, in a namespace `AWS/…`. */
export const awsMetric = (
  service: string,
  metricName: string,
  dimensionsMap: Record<string, string> = {},
  options: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: `AWS/${service}`,
    metricName,
    dimensionsMap,
    statistic: 'Sum',
    period: PROMPTLY,
    ...options,
  });

/** A metric of Lambda for one function. It is named, not referred to: the function may be in another stack. */
export const functionMetric = (
  environment: Environment,
  name: FunctionName,
  metricName: string,
  options: MetricOptions = {},
): Metric => awsMetric('Lambda', metricName, { FunctionName: nameIn(environment, name) }, options);

/** A number that is computed from metrics, all over the same period. */
export const computed = (
  expression: string,
  usingMetrics: Record<string, IMetric>,
  { label = '', period = PROMPTLY }: { label?: string; period?: Duration } = {},
): MathExpression => new MathExpression({ expression, usingMetrics, label, period });
