import { expect, it } from 'vitest';
import { distinctName } from './distinctName.ts';

it('a name that another thing of the list has stands with the id', () => {
  const all = [
    { id: 'one', name: 'shop' },
    { id: 'two', name: 'shop' },
    { id: 'three', name: 'web' },
  ];
  expect(all.map((each) => distinctName(all, each))).toEqual(['shop (one)', 'shop (two)', 'web']);
});
