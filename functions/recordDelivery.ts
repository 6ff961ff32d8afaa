import type { EventBridgeEvent } from 'aws-lambda';
import type { Delivery, MemberDelivery } from '../shared/customer/delivery.ts';
import type { Mail } from '../shared/customer/event.ts';
import { eventFromItem, type StoredCustomer } from '../shared/customer/item.ts';
import { bounceMail, opensInvitation } from '../shared/customer/owedMails.ts';
import { loadCustomer } from '../shared/customer/store.ts';
import { addLogFields, logFieldsOf, withLogFields, writeLog } from '../shared/log.ts';
import {
  isSettled,
  keepOnMail,
  markDelivery,
  markMemberDelivery,
  type Owing,
  owingKey,
  putBounce,
  settle,
} from '../shared/mail/outbox.ts';
import {
  type CustomerMail,
  type PartnerMail,
  reportedDelivery,
  reportedMail,
  reportedPartnerMail,
  type SesEvent,
} from '../shared/mail/report.ts';
import { reasonIn } from '../shared/mail/undelivered.ts';
import { loadSpared, startPause } from '../shared/partner/cooldown.ts';
import { noteMailQueue } from '../shared/partner/mailQueue.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { partnerEventKey, pendingKey } from '../shared/table/keys.ts';
import { type Alongside, getItem, retryConflicts, transact } from '../shared/table/table.ts';

/**
 * Records a report of SES on a mail: on the customer or on the invitation of a member, what became of the mail; on the event, that SES has
 * the mail, in case its sender did not learn this. Reports come in any order and more than once. EventBridge delivers a report again if this function fails.
 */
export async function handler(
  { detail }: EventBridgeEvent<string, SesEvent>,
  context: { awsRequestId?: string },
): Promise<void> {
  const fields = { ...logFieldsOf(context), work: 'recordDelivery', report: detail.eventType };
  await withLogFields(fields, async () => {
    const ofPartner = reportedPartnerMail(detail);
    const ofCustomer = reportedMail(detail);
    if (ofPartner) return recordOfPartner(ofPartner, detail);
    if (ofCustomer) return recordOfCustomer(ofCustomer, detail);
    writeLog({ level: 'WARN', message: 'a mail without our tags' });
  });
}

/** Records a report on the mail of a customer's event. */
async function recordOfCustomer(about: CustomerMail, detail: SesEvent): Promise<void> {
  const { customerId, version, kind } = about;
  addLogFields(about);
  const key = owingKey(customerId, version, kind);
  const item = await getItem(key);
  addLogFields({ traceId: item?.['traceId'] });
  const { at: calledForAt = '', mails = [] } = item ? eventFromItem(item) : {};
  const index = mails.findIndex((each) => each.kind === kind);
  const mail = mails[index];
  // The mail was removed with its customer.
  if (!mail) return;
  const reported = reportedDelivery(detail, version, kind);
  logReport(reported);
  const isOfInvitation = opensInvitation(kind);
  const isBadReport = isOfInvitation && isBad(reported);
  const hasLeft = !isSettled(mail);
  const stored = isBadReport || (isOfInvitation && hasLeft) ? await loadCustomer(customerId) : undefined;
  const delivery = isBadReport && stored ? ofAddress(reported, mail, stored) : reported;
  const writes: Alongside[] = [];
  let resendableAt: string | undefined;
  if (hasLeft) {
    const sentAt = detail.mail.timestamp;
    // The mail stays due, so that this write does not disturb its sender. The next sender finds the mark and sends nothing.
    writes.push(settle(key, index, { sentAt }, false));
    if (stored) {
      const recipient = { partnerId: stored.customer.partnerId, email: mail.to };
      const spared = await loadSpared(recipient);
      const pause = startPause(recipient, spared, calledForAt, new Date(sentAt).toISOString(), currentProgram());
      writes.push(...pause.writes);
      resendableAt = pause.resendableAt;
    }
  }
  if (hasLeft || detail.eventType !== 'Send') writes.push(...markDelivery(customerId, kind, delivery, resendableAt));
  if (isBadReport && stored && delivery.status === 'BOUNCED') {
    const program = currentProgram();
    const notice = bounceMail(stored.customer, mail, reasonIn(program.defaultLanguage, delivery), program);
    if (notice) {
      const now = new Date();
      await noteMailQueue(stored.customer.partnerId, now);
      writes.push(putBounce(stored.customer, delivery.mailVersion, notice, now.toISOString()));
    }
  }
  if (writes.length > 0) await retryConflicts(() => transact(writes));
  // The mark `sentAt` says as much as the report `Send`.
  if (detail.eventType !== 'Send') await keepOnMail(key, index, reported);
}

/** Records a report on the mail of a partner's event, which invites a member. */
async function recordOfPartner(about: PartnerMail, detail: SesEvent): Promise<void> {
  const { partnerId, eventId, kind } = about;
  addLogFields(about);
  const key = partnerEventKey(partnerId, eventId);
  const { at = '', mails = [], traceId } = ((await getItem(key)) ?? {}) as Partial<Owing>;
  addLogFields({ traceId });
  const index = mails.findIndex((each) => each.kind === kind);
  const mail = mails[index];
  if (!mail) return;
  const { mailVersion: _, ...delivery } = reportedDelivery(detail, 0, kind);
  logReport(delivery);
  const writes: Alongside[] = [];
  if (!isSettled(mail)) {
    const sentAt = detail.mail.timestamp;
    const recipient = { partnerId, email: mail.to };
    const spared = await loadSpared(recipient);
    const pause = startPause(recipient, spared, at, new Date(sentAt).toISOString(), currentProgram());
    writes.push(settle(key, index, { sentAt }, false), ...pause.writes);
  }
  if (writes.length > 0 || detail.eventType !== 'Send')
    writes.push(markMemberDelivery(pendingKey(`USER#${mail.to}`, partnerId), at, delivery));
  if (writes.length > 0) await retryConflicts(() => transact(writes));
}

/** Writes the report into the log, without the words of the recipient's mail server, which may name a person. */
const logReport = ({ status, reasonCode, permanent }: MemberDelivery) =>
  writeLog({ level: 'INFO', deliveryStatus: status, reasonCode, permanent });

const isBad = ({ status, permanent }: Delivery) => status === 'BOUNCED' || permanent === true;

/**
 * The delivery to record. A permanent failure is about the address: a report on an earlier mail to the same address also counts for the
 * newest mail. A bounce does not, once SES has the newest mail: the report on the newest mail tells more.
 */
function ofAddress(reported: Delivery, { to }: Mail, { customer, delivery: newest }: StoredCustomer): Delivery {
  const { email, mailVersion = 0 } = customer;
  if (!reported.permanent || email !== to || mailVersion <= reported.mailVersion) return reported;
  const known = newest?.mailVersion === mailVersion ? newest : undefined;
  if (reported.status === 'BOUNCED' && known) return reported;
  const { sentAt, ...said } = reported;
  return { ...said, mailVersion, ...(known?.sentAt !== undefined && { sentAt: known.sentAt }) };
}
