import type { Alarms } from './alarms.ts';
import { awsMetric, computed, functionMetric, portalMetric } from './metrics.ts';

/** A user pool, and its client for the portal. */
export type WatchedSignIn = { userPoolId: string; clientId: string };

/** More failures than successes, and not only one person who has forgotten a password. */
const FAILED_PERCENT = 50;
const FEWEST_FAILED = 20;

/** A metric of the user pool for the sign-ins at the portal. A sign-in that fails is a sample with the value 0. */
export const signInMetric = ({ userPoolId, clientId }: WatchedSignIn, metricName: string, statistic = 'Sum') =>
  awsMetric('Cognito', metricName, { UserPool: userPoolId, UserPoolClient: clientId }, { statistic });

/** Alarms on the sign-in at the user pool. An issuer of the environment's own has its own alarms. */
export function watchSignIn(alarms: Alarms, signIn: WatchedSignIn): void {
  const { environment } = alarms;

  alarms.raise('SignInFails', {
    notices:
      "People can't sign in, or somebody tries passwords: more than half of the sign-ins of the last minutes failed.",
    metric: computed(`IF(attempts - successes >= ${FEWEST_FAILED}, 100 * (attempts - successes) / attempts, 0)`, {
      attempts: signInMetric(signIn, 'SignInSuccesses', 'SampleCount'),
      successes: signInMetric(signIn, 'SignInSuccesses'),
    }),
    threshold: FAILED_PERCENT,
  });
  alarms.raise('SignInThrottled', {
    notices: "Some people can't sign in at the first attempt: more sign in at once than the user pool takes.",
    metric: signInMetric(signIn, 'SignInThrottles'),
    threshold: 1,
    evaluationPeriods: 2,
  });
  alarms.raise('SignInTriggerFails', {
    notices:
      'Nobody gets a new token: the function that adds the address to tokens fails. Signed-in people stay signed in for an hour at most.',
    // A password is refused by an error. It is no fault if an identity provider is there for the address.
    metric: computed('errors - FILL(refused, 0)', {
      errors: functionMetric(environment, 'addEmailClaims', 'Errors'),
      refused: portalMetric(environment, 'refusedPasswords'),
    }),
    threshold: 1,
    evaluationPeriods: 2,
  });
}
