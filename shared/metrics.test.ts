import { afterEach, expect, test, vi } from 'vitest';
import { writeLog } from './log.ts';
import { embedded, type Measured } from './metrics.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const NAMESPACE = 'partner-portal-production-eu-central-1';
const inFunction = (name: string) => {
  vi.stubEnv('METRICS_NAMESPACE', NAMESPACE);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', `${NAMESPACE}-${name}`);
};

type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] };
type Line = Record<string, unknown> & { _aws?: { Timestamp: number; CloudWatchMetrics: Directive[] } };

/** Reads a line as CloudWatch does: each metric with its dimensions, if the line keeps the rules of the format. */
function metricsIn(line: Line): string[] {
  const { Timestamp = 0, CloudWatchMetrics = [] } = line._aws ?? {};
  if (line._aws) expect(Math.abs(Timestamp - Date.now())).toBeLessThan(60_000);
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name, Unit }) => {
      expect(['Count', 'Seconds']).toContain(Unit);
      expect(typeof line[Name], `the target member ${Name}`).toBe('number');
      return Dimensions.map((set) => {
        for (const dimension of set) expect(typeof line[dimension], `the dimension ${dimension}`).toBe('string');
        const dimensions = set.map((dimension) => `${dimension}=${line[dimension]}`).join();
        return `${Namespace} ${Name}{${dimensions}} ${line[Name]} ${Unit}`;
      });
    }),
  );
}

function written(entry: Record<string, unknown>, measured?: Measured): Line {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  writeLog(entry, measured);
  return JSON.parse(String(write.mock.lastCall?.[0])) as Line;
}

test('numbers of a line are metrics of the environment, in the embedded format', () => {
  inFunction('deliverMail');
  const line = written(
    { level: 'INFO', work: 'deliverMail', sent: 2 },
    { runs: 1, longestWaitSeconds: 61, mailsSent: 2 },
  );
  expect(metricsIn(line)).toEqual([
    `${NAMESPACE} longestWaitSeconds{} 61 Seconds`,
    `${NAMESPACE} mailsSent{} 2 Count`,
    `${NAMESPACE} runs{} 1 Count`,
    `${NAMESPACE} runs{function=deliverMail} 1 Count`,
  ]);
  expect(line).toMatchObject({ level: 'INFO', work: 'deliverMail', sent: 2, longestWaitSeconds: 61 });
});

test('each line of the level ERROR is counted, by function and for all functions, whatever else it measures', () => {
  inFunction('createCloud');
  expect(metricsIn(written({ level: 'ERROR', message: 'no' }))).toEqual([
    `${NAMESPACE} errorLines{} 1 Count`,
    `${NAMESPACE} errorLines{function=createCloud} 1 Count`,
  ]);
  expect(metricsIn(written({ level: 'ERROR' }, { mailsGivenUp: 1 }))).toContain(`${NAMESPACE} mailsGivenUp{} 1 Count`);
  expect(metricsIn(written({ level: 'WARN' }))).toEqual([]);
});

test('without a namespace, numbers are fields of the line', () => {
  expect(embedded({ mailsSent: 1 })).toEqual({ mailsSent: 1 });
  expect(embedded({})).toEqual({});
});
