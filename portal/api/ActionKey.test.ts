import { expect, test } from 'vitest';
import { ActionKey } from './ActionKey.ts';

test('an action whose answer was lost goes again with its key', () => {
  const action = new ActionKey();
  const key = action.for({ customerId: 'a' });
  expect(action.for({ customerId: 'a' })).toBe(key);
});

test('what is pressed after an answer, or says something else, is another action', () => {
  const action = new ActionKey();
  const first = action.for({ customerId: 'a' });
  const corrected = action.for({ customerId: 'b' });
  expect(corrected).not.toBe(first);
  action.answered();
  expect(action.for({ customerId: 'b' })).not.toBe(corrected);
});
