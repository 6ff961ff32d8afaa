import { Alarm, type AlarmProps, ComparisonOperator, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { nameIn } from './names.ts';

/** The folder of the runbooks: a page for each alarm, under its id. */
export const RUNBOOKS = 'docs/runbooks';

type AlarmOptions = Pick<AlarmProps, 'metric' | 'threshold'> &
  Partial<Pick<AlarmProps, 'evaluationPeriods' | 'datapointsToAlarm' | 'treatMissingData' | 'comparisonOperator'>> & {
    /** What a person notices while the alarm is on, in one or two sentences. */
    notices: string;
  };

/**
 * All alarms of an environment. Each has a text for the person who gets it at night, and a runbook. An alarm is on from its threshold
 * upward, and missing numbers don't count, unless it says otherwise.
 */
export class Alarms extends Construct {
  readonly environment: Environment;
  readonly all: IAlarm[] = [];
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { environment, topic }: { environment: Environment; topic: ITopic }) {
    super(scope, id);
    this.environment = environment;
    this.#topic = topic;
  }

  /** @param id the alarm's name, and that of its runbook */
  raise(id: string, { notices, ...props }: AlarmOptions): void {
    const alarm = new Alarm(this, id, {
      alarmName: nameIn(this.environment, id),
      alarmDescription: `${notices} What to check and to do: ${RUNBOOKS}/${id}.md`,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    });
    // The end is told, too: nobody has to keep looking.
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    this.all.push(alarm);
  }

  /** An alarm that is on if a function on a schedule has not run in each of the last periods. */
  raiseIfNotRun(id: string, { metric, evaluationPeriods = 1, notices }: Omit<AlarmOptions, 'threshold'>): void {
    this.raise(id, {
      notices,
      metric,
      threshold: 1,
      evaluationPeriods,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
