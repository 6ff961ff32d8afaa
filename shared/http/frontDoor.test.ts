import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cameThroughFrontDoor, FRONT_DOOR_HEADER } from './frontDoor.ts';
import { viewerAddress } from './viewerAddress.ts';

const digestOf = (value: string) => createHash('sha256').update(value).digest('hex');
const request = (value: string | undefined, forwarded = '203.0.113.7, 130.176.1.1') => ({
  headers: { 'x-forwarded-for': forwarded, ...(value !== undefined && { [FRONT_DOOR_HEADER]: value }) },
});

beforeEach(() => void vi.stubEnv('FRONT_DOOR_DIGESTS', `${digestOf('old')},${digestOf('new')}`));
afterEach(() => void vi.unstubAllEnvs());

describe('a request comes through the front door', () => {
  test('with each of the two values that are valid during a rotation', () => {
    expect(cameThroughFrontDoor(request('old'))).toBe(true);
    expect(cameThroughFrontDoor(request('new'))).toBe(true);
  });

  test.each([undefined, '', 'older', 'old,new', digestOf('old')])('not with the value %j', (value) => {
    expect(cameThroughFrontDoor(request(value))).toBe(false);
  });

  test.each([undefined, '', ',', 'Digests.Digests', digestOf('').slice(2)])(
    'never, if the functions have the digests %j',
    (digests) => {
      vi.stubEnv('FRONT_DOOR_DIGESTS', digests);
      for (const value of [undefined, '', 'old']) expect(cameThroughFrontDoor(request(value))).toBe(false);
    },
  );
});

describe("the viewer's address", () => {
  test('is the one that the distribution has added, whatever the viewer has sent', () => {
    expect(viewerAddress(request('new'))).toBe('203.0.113.7');
    expect(viewerAddress(request('new', '198.51.100.1, 2001:db8::7, 130.176.1.1'))).toBe('2001:db8::7');
  });

  test('is unknown without the right header, or without an address of the distribution', () => {
    expect(viewerAddress(request('wrong'))).toBeUndefined();
    expect(viewerAddress(request(undefined))).toBeUndefined();
    expect(viewerAddress(request('new', '130.176.1.1'))).toBeUndefined();
  });
});
