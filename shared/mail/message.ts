/**
 * What mails say: `messages/` has one file per language. Names stand in braces and are put in by `renderMail`; sentences are built so that
 * names need no inflection.
 *
 * | placeholder | what it is |
 * | --- | --- |
 * | `{brand}` | the provider's cloud |
 * | `{partner}`, `{customer}` | their names |
 * | `{until}` | the deadline, with its time zone |
 * | `{left}` | the time until then: `left`, in the plural that it takes |
 */
import type { MailKind } from '../contract/vocabulary.ts';

/** A message for each kind of mail; what a partner reads of a confirmation depends on whether an approval follows. */
export type MessageName = MailKind | 'CONFIRMED_UNTIL_APPROVAL';

export type Message = {
  /** To someone who is no user yet it holds nothing that the partner has written: our name is not to vouch for it. */
  subject: string;
  /** What a list of mails shows beside the subject. */
  preheader: string;
  title: string;
  /** Paragraphs above the facts and the button. */
  before: string[];
  /** What the deadline is called among the facts; absent: it isn't shown. */
  until?: string;
  button: string;
  /** Paragraphs below: what happens if nothing is done. */
  after: string[];
};

/** Whom a mail is for: that decides on its last sentence, which says why it came. */
export type Audience = 'invitee' | 'customer' | 'partner' | 'operator';

/** The forms of a text with `{count}`, by the plural categories of a language (CLDR). */
export type Plural<Category extends Intl.LDMLPluralRule> = Record<Category | 'other', string>;

export type Messages<Category extends Intl.LDMLPluralRule> = {
  mails: Record<MessageName, Message>;
  labels: { invitedBy: string; partner: string; customer: string; reason: string };
  /** Before the link as text. */
  orOpen: string;
  /** `{date}` and `{time}` of a deadline, with the time zone. */
  moment: string;
  left: { days: Plural<Category>; hours: Plural<Category> };
  footers: Record<Audience, string>;
};
