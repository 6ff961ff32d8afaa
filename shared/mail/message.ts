/**
 * The shape of the texts of mails: `messages/` has a file per language. `renderMail` fills the placeholders in braces. Sentences are
 * written so that names need no inflection.
 *
 * | placeholder | what it is |
 * | --- | --- |
 * | `{brand}` | the provider's cloud |
 * | `{partner}`, `{customer}` | their names |
 * | `{until}` | the deadline, with its time zone |
 * | `{left}` | the time until the deadline: `left`, in its plural form |
 */
import type { MailKind } from '../contract/vocabulary.ts';

/**
 * A message for each kind of mail, one more for a confirmation that an approval follows, and one more if the recipient declines and wants
 * no more invitations.
 */
export type MessageName = MailKind | 'CONFIRMED_UNTIL_APPROVAL' | 'DECLINED_AND_BLOCKED';

export type Message = {
  /** For an invitee or an invited member, it contains no text of the partner, so that our name does not vouch for that text. */
  subject: string;
  /** The text that a list of mails shows after the subject. */
  preheader: string;
  title: string;
  /** Paragraphs above the facts and the button. */
  before: string[];
  /** The label of the deadline among the facts; absent: the mail does not show the deadline. */
  until?: string;
  button: string;
  /** Paragraphs below the button, such as what happens if the reader does nothing. */
  after: string[];
};

/** The group of a mail's reader. It decides the footer, which says why the reader got the mail. */
export type Audience = 'invitee' | 'customer' | 'partner' | 'owners' | 'operator' | 'member';

/** The forms of a text with `{count}`, by the plural categories of a language (CLDR). */
export type Plural<Category extends Intl.LDMLPluralRule> = Record<Category | 'other', string>;

export type Messages<Category extends Intl.LDMLPluralRule> = {
  mails: Record<MessageName, Message>;
  labels: { invitedBy: string; partner: string; customer: string; reason: string };
  /** The words before the link as text. */
  orOpen: string;
  /** A moment: `{date}` and `{time}`, with the time zone. */
  moment: string;
  left: { days: Plural<Category>; hours: Plural<Category> };
  footers: Record<Audience, string>;
};
