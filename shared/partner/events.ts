/** The events of a partner: changes by or about it, as its owners and administrators read them. */
import { randomBytes } from 'node:crypto';
import { partnerKey } from '../table/keys.ts';
import { putNew } from '../table/table.ts';

/** An event: what happened, when (RFC 3339), and by whom. */
export type PartnerEvent = { type: string; at: string; actor: string; data: Record<string, unknown> };

/** The write of an event, for the transaction of the change that it tells of. The random end tells events of one moment apart. */
export const partnerEvent = (partnerId: string, { type, at, actor, data }: PartnerEvent) =>
  putNew({
    pk: partnerKey(partnerId).pk,
    sk: `EVENT#${at}#${randomBytes(8).toString('hex')}`,
    type,
    at,
    actor,
    data,
  });
