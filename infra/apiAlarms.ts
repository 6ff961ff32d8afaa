import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Alarms } from './alarms.ts';
import { logOf } from './logs.ts';
import { type AccessLogMetric, awsMetric, computed, metricsNamespace, portalMetric } from './metrics.ts';

/** From this part of all requests on, it isn't a few people's trouble. */
const FAILED_PERCENT = 1;
/** At night, one failed request can be all requests. */
const FEWEST_FAILED = 5;
/** The slowest answers of a healthy API, those of a cold start, take about a second. A function is stopped after ten. */
const SLOW_MS = 3_000;
/** Fewer are the end of a burst, which a client repeats. */
const THROTTLED_IN_PERIOD = 10;
/** A portal renews its token before it expires. A program that doesn't sends hundreds. */
const REFUSED_TOKENS_IN_PERIOD = 100;
/** In five minutes: more than somebody who tries the gateway's address once or twice. */
const MANY_DIRECT_REQUESTS = 10;
/** A single line can be a bad moment of DynamoDB. */
const ERROR_LINES_IN_PERIOD = 5;
const QUARTER_HOUR = Duration.minutes(15);

/** A metric of API Gateway. */
export const apiMetric = (api: HttpApi, metricName: string, statistic = 'Sum') =>
  awsMetric('ApiGateway', metricName, { ApiId: api.apiId, Stage: '$default' }, { statistic });

/** Patterns of the access log. HTTP APIs have one metric for all answers from 400 to 499. */
const ACCESS_LOG: Record<AccessLogMetric, string> = {
  // No function was called: a partner above its own limit is refused by a function.
  throttledRequests: '{ ($.status = "429") && ($.functionMs = "-") }',
  refusedTokens: '{ $.status = "401" }',
};

/** Alarms on what people and partners' programs get as answers. */
export function watchApi(alarms: Alarms, api: HttpApi): void {
  const { environment } = alarms;
  const logGroup = logOf(alarms, environment, 'api');
  for (const [metricName, logPatternString] of Object.entries(ACCESS_LOG))
    new MetricFilter(alarms, metricName, {
      logGroup,
      filterPattern: { logPatternString },
      metricNamespace: metricsNamespace(environment),
      metricName,
    });

  alarms.raise('ApiFails', {
    notices:
      "People see an error page, and partners' programs get 500 or 503: more than one request in a hundred fails. Whatever was committed is kept, and a repeated request is safe.",
    metric: computed(`IF(failed >= ${FEWEST_FAILED}, 100 * failed / requests, 0)`, {
      failed: apiMetric(api, '5xx'),
      requests: apiMetric(api, 'Count'),
    }),
    threshold: FAILED_PERCENT,
  });
  alarms.raise('ApiSlow', {
    notices: 'The portal is slow for everybody: one answer in twenty takes three seconds or more.',
    metric: apiMetric(api, 'Latency', 'p95'),
    threshold: SLOW_MS,
    evaluationPeriods: 3,
  });
  alarms.raise('ApiThrottled', {
    notices:
      'People and programs of all partners read "too many requests": together they send more than the API takes, or somebody floods it.',
    metric: portalMetric(environment, 'throttledRequests'),
    threshold: THROTTLED_IN_PERIOD,
    evaluationPeriods: 2,
  });
  alarms.raise('TokensRefused', {
    notices:
      'Signed-in people are sent back to the sign-in page, or a program goes on with a token that is no longer valid: many requests are refused because of their tokens.',
    metric: portalMetric(environment, 'refusedTokens'),
    threshold: REFUSED_TOKENS_IN_PERIOD,
    evaluationPeriods: 2,
  });
  alarms.raise('DirectRequests', {
    notices:
      'Requests do not come through the distribution, and are refused: either the portal answers everybody 403, or somebody calls the gateway by its own address and nobody else notices.',
    metric: portalMetric(environment, 'directRequests'),
    threshold: MANY_DIRECT_REQUESTS,
  });
  // The errors of deliverMail are those of mails, which have alarms of their own.
  const errorsIn = (period: Duration) =>
    computed(
      'errors - FILL(ofMails, 0)',
      {
        errors: portalMetric(environment, 'errorLines'),
        ofMails: portalMetric(environment, 'errorLines', { of: 'deliverMail' }),
      },
      { period },
    );
  alarms.raise('ErrorLines', {
    notices:
      'Some people got an error page, or some work failed and will be tried again: functions log errors that nobody foresaw.',
    metric: errorsIn(QUARTER_HOUR),
    threshold: ERROR_LINES_IN_PERIOD,
  });
  // Something that few people use and that always fails.
  alarms.raise('ErrorLinesAgain', {
    notices:
      'The same few people may get an error page each time, or some work fails at each attempt: functions log errors hour after hour.',
    metric: errorsIn(Duration.hours(1)),
    threshold: 1,
    evaluationPeriods: 6,
    datapointsToAlarm: 3,
  });
  alarms.raise('FunctionsThrottled', {
    notices:
      'People see an error page although nothing is broken, and mails may be late: more functions want to run at once than the AWS account allows.',
    metric: awsMetric('Lambda', 'Throttles'),
    threshold: 1,
    evaluationPeriods: 2,
  });
}
