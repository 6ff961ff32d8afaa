/**
 * Tests of a customer's life that read like statements about the product, without I/O.
 *
 * @example given(invited, accepted).when({ type: 'suspend' }).then({ type: 'CustomerSuspended', data: {} }, { status: 'SUSPENDED' })
 * @example given(invited).when({ type: 'suspend' }).then(refusal('CUSTOMER_STATUS', 'The customer has to confirm first.'))
 */
import { expect } from 'vitest';
import { Problem } from '../shared/contract/problem.ts';
import type { Circumstances, Command } from '../shared/customer/command.ts';
import type { Actor, Customer } from '../shared/customer/customer.ts';
import { decide } from '../shared/customer/decide.ts';
import type { CustomerEvent } from '../shared/customer/event.ts';
import { evolve } from '../shared/customer/evolve.ts';
import vngJson from '../shared/program/presets/vng.json' with { type: 'json' };
import yandexJson from '../shared/program/presets/yandex.json' with { type: 'json' };
import type { Program } from '../shared/program/program.ts';

/** The two programs of the product. */
export const yandex = yandexJson as Program;
export const vng = vngJson as Program;

export const CUSTOMER_ID = 'dn2aaaaaaaaaaaaaaaaa';
/** The owner of the partner, who gives all commands unless a test says otherwise. */
export const OWNER = 'USER#owner@acme.example';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-05-01T00:00:00.000Z');

/** The moment that is this many days (and minutes) after the customer was invited. */
export const day = (days: number, minutes = 0): string =>
  new Date(START_MS + (days * 24 * 60 + minutes) * MINUTE_MS).toISOString();

/** An event without the fields that are the same for all events of a test. It happens at the start unless it says otherwise. */
type Each<Event> = Event extends CustomerEvent
  ? Omit<Event, 'customerId' | 'version' | 'at' | 'actor'> & { at?: string; actor?: Actor }
  : never;
export type Happened = Each<CustomerEvent>;

type CustomerChanges = { [Field in keyof Customer]?: Customer[Field] | undefined };

export type Refusal = { refused: string; sentence: string; extras: Problem['extras'] };
/** A refusal: its code, its sentence (or a part of it), which says what to do next, and its extras. */
export const refusal = (refused: Problem['code'], sentence = '', extras: Problem['extras'] = {}): Refusal => ({
  refused,
  sentence,
  extras,
});

/** The customer after some events, which are given oldest first. */
export function customerOf(...events: Happened[]): Customer | undefined {
  return events.reduce<Customer | undefined>((customer, each) => {
    const version = (customer?.version ?? 0) + 1;
    return evolve(customer, { at: day(0), actor: OWNER, ...each, customerId: CUSTOMER_ID, version } as CustomerEvent);
  }, undefined);
}

/** The events before the command of a test. */
export function given(...events: Happened[]) {
  const before = customerOf(...events);
  return {
    /** The command. It is given a day after the start, by the owner, under the first program, unless the test says otherwise. */
    when(command: Command, { at = day(1), ...others }: Partial<Omit<Circumstances, 'now'>> & { at?: string } = {}) {
      const circumstances: Circumstances = { now: new Date(at), program: yandex, actor: OWNER, ...others };
      const decided = () => decide(before && frozen(before), command, circumstances);
      return {
        /**
         * Requires a result: an event (its mails are compared if the test names them), nothing, or a refusal.
         *
         * @param changes the fields of the customer that the event changes; undefined: it removes the field. All others must stay
         */
        // biome-ignore lint/suspicious/noThenProperty: tests read as sentences, and nobody awaits this object
        then(expected: Happened | 'nothing' | Refusal, changes: CustomerChanges = {}): void {
          if (expected === 'nothing') {
            expect(decided()).toBeNull();
            return;
          }
          if ('refused' in expected) {
            expectRefusal(decided, expected);
            return;
          }
          const event = decided();
          if (!event) throw new Error('the command does nothing');
          const { actor, idempotency } = circumstances;
          const version = (before?.version ?? 0) + 1;
          const common = { customerId: CUSTOMER_ID, version, at, actor, ...(idempotency && { idempotency }) };
          const { mails, ...eventAlone } = event;
          expect('mails' in expected ? event : eventAlone).toEqual({ ...common, ...expected });
          const after = evolve(before && frozen(before), frozen(event));
          expect(after).toEqual({ ...before, version, updatedAt: at, ...changes });
        },
      };
    },
  };
}

function expectRefusal(action: () => unknown, { refused, sentence, extras }: Refusal): void {
  let problem: unknown;
  try {
    problem = action();
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(Problem);
  const { code, message, extras: found } = problem as Problem;
  expect({ code, extras: found }).toEqual({ code: refused, extras });
  expect(message).toContain(sentence);
}

/** A value that throws when someone changes it. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
