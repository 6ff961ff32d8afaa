import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { duePartitions, INDEXES } from '../shared/table/keys.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import { Schedule } from './schedule.ts';

const INTERVAL_MINUTES = 1;
/** A run starts mails for the minute until the next run, and has 20 seconds more to finish the last ones. A mail's lease is longer. */
const TIMEOUT_SECONDS = 80;

/** A mail is one call to SES of about 100 ms, so that a batch ends well within the timeout. */
const STREAM_BATCH_RECORDS = 10;
/** Few retries are enough: the schedule sends the mails that the stream fails to send, with backoff. */
const STREAM_RETRIES = 2;
const STREAM_MAX_AGE_MINUTES = 5;

/** Sends the mails of new events from the stream, within a second. Sends the mails that are still owed on a schedule. */
export class DeliverMail extends PortalFunction {
  constructor(scope: Construct, parts: FunctionParts) {
    super(scope, 'deliverMail', parts, {
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: { HOLD: String(parts.environment.hold) },
    });
    new EventSourceMapping(scope, 'MailStream', {
      target: this,
      eventSourceArn: parts.data.table.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: {
            NewImage: {
              [INDEXES.byDue.partition]: { S: duePartitions('MAIL') },
            },
          },
        }),
      ],
      batchSize: STREAM_BATCH_RECORDS,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: STREAM_RETRIES,
      maxRecordAge: Duration.minutes(STREAM_MAX_AGE_MINUTES),
      onFailure: parts.data.undelivered.onFailure,
    });
    new Schedule(scope, this, parts.environment, INTERVAL_MINUTES);
  }
}
