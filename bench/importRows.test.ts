/** The time of a batch's rows: new ones, and ones that were registered before. Times depend on the machine; nothing else should run. */
import { expect, it } from 'vitest';
import { ownStack } from '../test/stack.ts';

const ROWS = 100;
const BATCHES = 5;

const portal = ownStack();
const { owner, at } = portal.partner;

it(`imports ${BATCHES} batches of ${ROWS} rows, and all of them again`, async () => {
  const send = async (batch: number): Promise<number> => {
    const customers = Array.from({ length: ROWS }, (_, n) => ({ name: 'Row', email: at(`row-${batch}-${n}`) }));
    const start = performance.now();
    const { status } = await portal.request('POST', '/v1/customers/batch', { as: owner, body: { customers } });
    expect(status).toBe(200);
    return (performance.now() - start) / ROWS;
  };
  portal.stack.stream.mode = 'losing';
  const batches = Array.from({ length: BATCHES }, (_, batch) => batch);
  const times: number[][] = [];
  for (const _ of ['new', 'again']) {
    const each: number[] = [];
    for (const batch of batches) each.push(await send(batch));
    times.push(each);
  }
  const [fresh, again] = times.map((each) => each.map((ms) => ms.toFixed(1)).join(', '));
  console.log(`ms a row: new ${fresh}; again ${again}`);
}, 120_000);
