import type { EventBridgeEvent } from 'aws-lambda';
import type { Delivery } from '../shared/customer/delivery.ts';
import type { Mail } from '../shared/customer/event.ts';
import { eventFromItem, type StoredCustomer } from '../shared/customer/item.ts';
import { bounceMail, opensInvitation } from '../shared/customer/owedMails.ts';
import { loadCustomer } from '../shared/customer/store.ts';
import { writeLog } from '../shared/log.ts';
import { isSettled, markDelivery, owingKey, putBounce, settle } from '../shared/mail/outbox.ts';
import { reportedDelivery, reportedMail, type SesEvent } from '../shared/mail/report.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { type Alongside, getItem, retryConflicts, transact } from '../shared/table/table.ts';

/**
 * Writes down what SES reports of a mail: on the customer what became of it, and on the event that called for it that SES has it, should
 * its sender not have learnt that. Reports come in any order and more than once; one that fails is brought again by EventBridge.
 */
export async function handler({ detail }: EventBridgeEvent<string, SesEvent>): Promise<void> {
  const about = reportedMail(detail);
  if (!about) return writeLog({ level: 'WARN', work: 'recordDelivery', message: 'a mail without our tags' });
  const { customerId, version, kind } = about;
  const key = owingKey(customerId, version, kind);
  const item = await getItem(key);
  const mails = item ? (eventFromItem(item).mails ?? []) : [];
  const index = mails.findIndex((each) => each.kind === kind);
  const mail = mails[index];
  // Removed with its customer.
  if (!mail) return;
  const reported = reportedDelivery(detail, version);
  const isOfInvitation = opensInvitation(kind);
  const stored = isOfInvitation && isBad(reported) ? await loadCustomer(customerId) : undefined;
  const delivery = stored ? ofAddress(reported, mail, stored) : reported;
  const writes: Alongside[] = [];
  // It stays due, so that its sender isn't disturbed: whoever takes it next finds nothing left to send.
  if (!isSettled(mail)) writes.push(settle(key, index, { sentAt: detail.mail.timestamp }, false));
  if (writes.length > 0 || detail.eventType !== 'Send') writes.push(...markDelivery(customerId, kind, delivery));
  if (stored && delivery.status === 'BOUNCED') {
    const notice = bounceMail(stored.customer, mail, delivery.reason ?? '', currentProgram());
    if (notice) writes.push(putBounce(customerId, delivery.mailVersion, notice, new Date().toISOString()));
  }
  if (writes.length > 0) await retryConflicts(() => transact(writes));
}

const isBad = ({ status, permanent }: Delivery) => status === 'BOUNCED' || permanent === true;

/**
 * What is lasting is so of the address: said of an earlier mail to it, it holds for the newest. Not so a bounce once SES has the newest
 * mail: what becomes of that tells more.
 */
function ofAddress(reported: Delivery, { to }: Mail, { customer, delivery: newest }: StoredCustomer): Delivery {
  const { email, mailVersion = 0 } = customer;
  if (!reported.permanent || email !== to || mailVersion <= reported.mailVersion) return reported;
  const known = newest?.mailVersion === mailVersion ? newest : undefined;
  if (reported.status === 'BOUNCED' && known) return reported;
  const { sentAt, ...said } = reported;
  return { ...said, mailVersion, ...(known?.sentAt !== undefined && { sentAt: known.sentAt }) };
}
