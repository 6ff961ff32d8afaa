/** Helpers for the tests of delivery: they read the mails that arrived, and bring reports on them. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, DAY_MS, OWNER, type TestPortal } from '../stack.ts';
import { endCooldown, itemAt, setOnCustomer } from '../table.ts';

export function mailsOn(portal: TestPortal) {
  const { request, register } = portal;

  const customer = async (id: string) =>
    (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: OWNER })).body;
  const arrived = (address: string | null) =>
    portal.stack.inbox().filter(({ destination }) => destination.to.includes(address ?? ''));
  const schedule = () => portal.stack.runSchedule('deliverMail');
  /** Sends the mails that left at once, and those that wait in the partner's queue because this file causes many in a minute. */
  const sendAll = async () => {
    await portal.stack.idle();
    await schedule();
  };
  const isDue = async (id: string) => (await itemAt(portal.stack, eventKey(id, 1)))?.['due'] !== undefined;
  const logged = (functionName: string) =>
    readFileSync(join(portal.stack.directory, `logs/${functionName}.log`), 'utf8');
  const delivery = async (id: string) => {
    await portal.stack.idle();
    return (await customer(id)).delivery;
  };
  /** A customer under an address that the local SES gives a certain fate, after that fate has been recorded. */
  async function invited(fate: string, status: string, from = OWNER): Promise<string> {
    const { id } = await register({ email: `${fate}@${randomUUID()}.example` }, from);
    await portal.stack.idle();
    await expect.poll(async () => (await customer(id)).delivery?.status).toBe(status);
    return id;
  }
  /** The mails in the history without the notice of a bounce, which leaves at any time: as `<kind> <status>`. */
  const mailsOfHistory = async (id: string) => {
    const mails = (await historyOf(id)).flatMap((event) => event.mails ?? []);
    return mails.filter(({ kind }) => kind !== 'BOUNCED').map(({ kind, status }) => `${kind} ${status}`);
  };
  async function historyOf(id: string) {
    type Events = { events: { mails?: { kind: string; to: string; status: string }[] }[] };
    const { body } = await request<Events>('GET', `/v1/customers/${id}/events`, { as: OWNER });
    return body.events;
  }
  const resend = async (id: string) => {
    await endCooldown(portal.stack, id);
    return request('POST', `/v1/customers/${id}/invite/resend`, { as: OWNER });
  };
  const noticesOf = (id: string) =>
    portal.stack
      .inbox()
      .filter(({ body }) => body.text?.includes(`/customers/${id}`) && !body.text.includes('#token='));
  const bounced = (id: string) => ({
    eventType: 'Bounce',
    bounce: {
      timestamp: new Date().toISOString(),
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: `${id}@client.example`, diagnosticCode: 'smtp; 550 5.1.1 user unknown' }],
    },
  });
  /** A report on the first invitation, in the form in which EventBridge brings it. */
  const bringReport = (id: string, report: object) =>
    portal.stack.invoke('recordDelivery', {
      source: 'aws.ses',
      detail: {
        ...report,
        mail: { timestamp: new Date().toISOString(), tags: { customer: [id], version: ['1'], kind: ['INVITATION'] } },
      },
    });
  const cleanUp = () => portal.stack.runExpire();
  /** Advances the time to so many days before the deadline. */
  const untilDaysBefore = async (id: string, days: number) => {
    const expiresAt = new Date(Date.now() + days * DAY_MS - 1000).toISOString();
    const past = new Date(Date.now() - 1000).toISOString();
    await setOnCustomer(portal.stack, id, { expiresAt, remindAt: past, dueAt: past });
  };

  return {
    customer,
    arrived,
    schedule,
    sendAll,
    isDue,
    logged,
    delivery,
    invited,
    mailsOfHistory,
    historyOf,
    resend,
    noticesOf,
    bounced,
    bringReport,
    cleanUp,
    untilDaysBefore,
  };
}
