import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Clock } from './clock.ts';

const HOUR_MS = 60 * 60_000;
/** A worker that follows the clock and answers each message with its time. For `wait`, it answers after an hour. */
const CODE = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { parentPort, workerData } from 'node:worker_threads';
  const { followClock } = await import(workerData.module);
  parentPort.on('message', async (message) => {
    if (message === 'moved') return followClock(workerData.shared, workerData.place);
    if (message === 'wait') await sleep(${HOUR_MS});
    if (message === 'wait with a callback') await new Promise((resolve) => setTimeout(resolve, ${HOUR_MS}));
    parentPort.postMessage({ now: Date.now(), date: new Date().toISOString(), given: new Date(0).getTime() });
  });
`;

test('a worker has the time of the clock with its own skew, and its timeouts follow the clock', async () => {
  const clock = new Clock();
  clock.freeze();
  clock.set(new Date('2030-01-01T00:00:00Z'));
  clock.skew('ahead', 5000);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(CODE)}`), {
    workerData: {
      module: new URL('./lambdaClock.ts', import.meta.url).href,
      shared: clock.shared,
      place: clock.placeOf('ahead'),
    },
  });
  onTestFinished(() => void worker.terminate());
  clock.onMove(() => worker.postMessage('moved'));
  const answers: { now: number; date: string; given: number }[] = [];
  worker.on('message', (answer) => answers.push(answer));

  worker.postMessage('moved');
  worker.postMessage('now');
  await expect.poll(() => answers).toHaveLength(1);
  const date = '2030-01-01T00:00:05.000Z';
  expect(answers[0]).toEqual({ now: Date.parse(date), date, given: 0 });

  worker.postMessage('wait');
  worker.postMessage('wait with a callback');
  worker.postMessage('now');
  await expect.poll(() => answers).toHaveLength(2);
  await sleep(0);
  expect(answers).toHaveLength(2);
  clock.advance(HOUR_MS);
  await expect.poll(() => answers).toHaveLength(4);
  expect(answers[3]).toMatchObject({ date: '2030-01-01T01:00:05.000Z' });
});
