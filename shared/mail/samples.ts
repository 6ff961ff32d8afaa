/** A sample of each mail, for the preview and for tests. */
import type { Language, MailKind } from '../contract/vocabulary.ts';
import type { Mail } from '../customer/event.ts';
import type { MessageName } from './message.ts';
import { renderMail } from './render.ts';

const NOW = new Date('2026-12-05T09:30:00Z');
const IN_THREE_DAYS = '2026-12-08T09:30:00Z';
const CUSTOMER_ID = 'dn2k7q3v9x1m5c8b2z4t';
/** As long as a real token. */
const TOKEN = `k1.${CUSTOMER_ID}.mB3xQz8vLr0JwT6nYpE2sHdK9aUfCgXi4oVtRk7bNlM`;
const CUSTOMER_PAGE = `https://partners.cloud.example/customers/${CUSTOMER_ID}`;
const MY_INVITATIONS = 'https://partners.cloud.example/my/invitations';
const INVITATION = `https://partners.cloud.example/invite/accept/${CUSTOMER_ID}#token=${TOKEN}`;

export const MESSAGE_NAMES = [
  'INVITATION',
  'RESENT',
  'REMINDER',
  'CONFIRMED',
  'CONFIRMED_UNTIL_APPROVAL',
  'DECLINED',
  'DECLINED_AND_BLOCKED',
  'EXPIRED',
  'BOUNCED',
  'APPROVAL_REQUESTED',
  'APPROVED',
  'REJECTED',
  'SUSPENDED',
  'RESUMED',
  'APPROVED_FOR_PARTNER',
  'REJECTED_FOR_PARTNER',
  'MEMBER_INVITED',
] as const satisfies MessageName[];

const REASONS: Partial<Record<MailKind, Record<Language, string>>> = {
  DECLINED: {
    en: 'We work with another integrator.',
    ru: 'Мы работаем с другим интегратором.',
    vi: 'Chúng tôi đang làm việc với đơn vị khác.',
  },
  REJECTED: {
    en: 'The account still has credit.',
    ru: 'На аккаунте остались гранты.',
    vi: 'Tài khoản vẫn còn tín dụng.',
  },
};
const HAVE_DEADLINE: MessageName[] = ['INVITATION', 'RESENT', 'REMINDER', 'APPROVAL_REQUESTED', 'MEMBER_INVITED'];

/** A sample of a mail. `names` replaces its fields, such as the names. */
export function sampleMail(name: MessageName, language: Language, names: Partial<Mail> = {}): Mail {
  const untilApproval = name === 'CONFIRMED_UNTIL_APPROVAL';
  const blocked = name === 'DECLINED_AND_BLOCKED';
  const kind = untilApproval ? 'CONFIRMED' : blocked ? 'DECLINED' : name;
  const reason = REASONS[kind === 'REJECTED_FOR_PARTNER' ? 'REJECTED' : kind]?.[language];
  return {
    kind,
    to: 'mila@bakery.example',
    language,
    partnerName: 'Acme Integrators',
    ...(kind !== 'MEMBER_INVITED' && {
      customerName: { en: 'Mila Bakery', ru: 'Пекарня «Мила»', vi: 'Tiệm bánh Mila' }[language],
    }),
    ...((untilApproval || HAVE_DEADLINE.includes(name)) && { expiresAt: IN_THREE_DAYS }),
    ...(reason !== undefined && { reason }),
    ...(blocked && { noMoreInvitations: true }),
    ...names,
  };
}

/** The link of a sample's button. */
export const linkOf = ({ kind }: Mail): string => {
  if (kind === 'MEMBER_INVITED') return MY_INVITATIONS;
  return ['INVITATION', 'RESENT', 'REMINDER'].includes(kind) ? INVITATION : CUSTOMER_PAGE;
};

export const renderSample = (mail: Mail) => renderMail(mail, { brandName: 'Yandex Cloud', link: linkOf(mail) }, NOW);
