import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationId, operationNotFound, parseOperationId } from './operation.ts';

const CUSTOMER_ID = 'dn2aaaaaaaaaaaaaaaa9';

test("an operation's id names the customer and the version that the operation made", () => {
  expect(operationId(CUSTOMER_ID, 12)).toBe('dn2aaaaaaaaaaaaaaaa9.12');
  fc.assert(
    fc.property(
      fc.stringMatching(/^dn2[a-z0-9]{17}$/),
      fc.integer({ min: 1, max: 99_999_999 }),
      (customerId, version) => {
        expect(parseOperationId(operationId(customerId, version))).toStrictEqual({ customerId, version });
      },
    ),
  );
});

test.each([
  '',
  CUSTOMER_ID,
  `${CUSTOMER_ID}.`,
  `${CUSTOMER_ID}.0`,
  `${CUSTOMER_ID}.01`,
  `${CUSTOMER_ID}.-1`,
  `${CUSTOMER_ID}.1.5`,
  `${CUSTOMER_ID}.1e3`,
  `${CUSTOMER_ID}.123456789`,
  `${CUSTOMER_ID}.1 `,
  ` ${CUSTOMER_ID}.1`,
  `${CUSTOMER_ID}.1\n`,
  `${CUSTOMER_ID}a.1`,
  'dn2short.1',
  'b1gaaaaaaaaaaaaaaaaa.1',
  'DN2AAAAAAAAAAAAAAAAA.1',
])('%j is no id of an operation', (id) => expect(parseOperationId(id)).toBeUndefined());

test('the refusal of an unknown operation says where its id comes from', () => {
  expect(operationNotFound()).toMatchObject({
    code: 'OPERATION_NOT_FOUND',
    status: 404,
    message: 'There is no such operation. Take its id unchanged from the answer that named it.',
  });
});
