import type { FaultCode } from '../../shared/contract/fieldFault.ts';
import type { ProblemCode } from '../../shared/contract/problem.ts';
import type { DeliveryCause, STATUSES } from '../../shared/contract/vocabulary.ts';
import type { SAID_IN_ALL } from '../shell/fieldText.ts';

/** Cases of a refusal that need another text than the others with its code. */
export type RefusalCase = 'MAIL_QUEUED' | 'INVITER_IS_OWN' | 'UNDELIVERABLE_EXPIRED' | 'SECOND_FACTOR_OF_PROVIDER';

/**
 * The texts of refusals and of other sentences of the server, in a language that the server doesn't speak. A sentence is left out if the refusal has no value for one of its
 * placeholders.
 */
export type Refusals = {
  problems: Record<ProblemCode | RefusalCase, string>;
  /** What a customer of a status, which refused a command, needs first. */
  advice: Record<(typeof STATUSES)[number], string>;
  /** The faults of fields, without those that pages say in every language. */
  faults: Record<Exclude<FaultCode, keyof typeof SAID_IN_ALL>, string>;
  /** Why a mail is late or was not delivered. */
  undelivered: Record<DeliveryCause, string>;
};
