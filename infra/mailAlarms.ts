import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Alarms } from './alarms.ts';
import { awsMetric, functionMetric, PROMPTLY, portalMetric } from './metrics.ts';

/** By then, five attempts have failed: the trouble isn't brief. */
const LONG_WAIT_SECONDS = 30 * 60;
/** No pause between two attempts at a mail is longer. A waiting mail therefore shows in every such period. */
const LONGEST_PAUSE = Duration.hours(1);
/** Long enough to look at the mails of a restored table. Then somebody has forgotten to release them. */
const HELD_TOO_LONG_HOURS = 4;
/** A schedule of a minute that is missing for so long doesn't come back without help. */
const NOT_RUN_PERIODS = 2;
/**
 * SES reviews an account from 5 % of bounces or 0.1 % of complaints on, and may stop its mail from 10 % or 0.5 % on (SES Developer Guide,
 * "Monitoring your sender reputation"). The alarms come before the review.
 */
const BOUNCE_RATE = 0.04;
const COMPLAINT_RATE = 0.0008;
/** The rest of the quota lasts for some hours: enough to ask for more. */
const QUOTA_PART = 0.8;
const DAY = Duration.days(1);

/** Alarms on the mails: whether they leave, whether they arrive, and whether SES and the program's limits still allow them. */
export function watchMail(alarms: Alarms, undelivered: Queue): void {
  const { environment } = alarms;

  alarms.raise('MailsGivenUp', {
    notices:
      'Somebody waits for a mail that will not come: it was given up after the time that the program allows. The partner sees the reason on the customer.',
    metric: portalMetric(environment, 'mailsGivenUp'),
    threshold: 1,
  });
  alarms.raise('MailsLate', {
    notices: 'Mails are late: the oldest one has waited for more than half an hour. Nothing is lost.',
    metric: portalMetric(environment, 'longestWaitSeconds', { statistic: 'Maximum', period: LONGEST_PAUSE }),
    threshold: LONG_WAIT_SECONDS,
  });
  alarms.raise('MailsHeld', {
    notices: `Nobody has got a mail for ${HELD_TOO_LONG_HOURS} hours: mails are held after a restore, and nobody has released them. Nothing is lost.`,
    metric: portalMetric(environment, 'mailsHeld', { period: Duration.hours(1) }),
    threshold: 1,
    evaluationPeriods: HELD_TOO_LONG_HOURS,
  });
  alarms.raiseIfNotRun('DeliverMailNotRun', {
    notices:
      'Mails of imports, reminders and second attempts do not leave: deliverMail does not run on its schedule. Single invitations still leave at once. Nothing is lost.',
    metric: portalMetric(environment, 'runs', { of: 'deliverMail' }),
    evaluationPeriods: NOT_RUN_PERIODS,
  });
  alarms.raise('DeliverMailFails', {
    notices:
      'Mails may be late by minutes: deliverMail itself fails, not SES. Its next run sends the mails that it left.',
    metric: functionMetric(environment, 'deliverMail', 'Errors'),
    threshold: 1,
    evaluationPeriods: 3,
  });
  alarms.raise('RecordDeliveryFails', {
    notices:
      'Partners do not see whether their mails arrived: recordDelivery fails. Lambda brings a report twice more within minutes, and then leaves it in the queue of failures.',
    metric: functionMetric(environment, 'recordDelivery', 'Errors'),
    threshold: 1,
    evaluationPeriods: 3,
  });
  alarms.raise('UndeliveredNotEmpty', {
    notices:
      'A partner may read an old state of a mail: a function gave up a report of SES. Or it gave up a record of the table stream, whose mail the schedule still sends.',
    metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: PROMPTLY, statistic: 'Maximum' }),
    threshold: 1,
  });
  alarms.raise('BounceRateHigh', {
    notices:
      'Soon nobody may get mail: so many mails come back that SES is about to review the AWS account, and may stop its mail.',
    // Of the account: SES judges it as a whole.
    metric: awsMetric('SES', 'Reputation.BounceRate', {}, { statistic: 'Maximum', period: Duration.hours(1) }),
    threshold: BOUNCE_RATE,
  });
  alarms.raise('ComplaintRateHigh', {
    notices:
      'Soon nobody may get mail: so many recipients report mails as unwanted that SES is about to review the AWS account, and may stop its mail.',
    metric: awsMetric('SES', 'Reputation.ComplaintRate', {}, { statistic: 'Maximum', period: Duration.hours(1) }),
    threshold: COMPLAINT_RATE,
  });
  alarms.raise('MailQuotaNearlyUsed', {
    notices:
      'In some hours, invitations will wait until tomorrow: the AWS account has sent four fifths of the mails that SES allows in a day.',
    // SES has no metric of its quota, and its quota counts the mails of the whole account.
    metric: awsMetric('SES', 'Send', {}, { period: DAY }),
    threshold: QUOTA_PART * environment.mailsPerDay,
  });
  alarms.raise('MailQuotaUsedUp', {
    notices:
      'Invitations wait until SES takes mails again, up to a day: the AWS account has sent all mails that SES allows in 24 hours. Nothing is lost.',
    metric: portalMetric(environment, 'mailQuotaRefusals'),
    threshold: 1,
  });
  alarms.raise('InvitationLimitReached', {
    notices:
      'A partner can invite nobody until tomorrow (UTC): it has sent all the invitations that the program allows in a day.',
    metric: portalMetric(environment, 'invitationLimitRefusals', { period: Duration.hours(1) }),
    threshold: 1,
  });
}
