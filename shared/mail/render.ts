/**
 * Renders mails: puts the texts of `messages/` into the layout that `npm run mail:build` has rendered. All values are escaped in HTML.
 */

import type { Language, MailKind } from '../contract/vocabulary.ts';
import type { Mail } from '../customer/event.ts';
import layout from './layout/layout.json' with { type: 'json' };
import type { Audience, MessageName, Plural } from './message.ts';
import { MESSAGES } from './messages.ts';

export type MailText = { subject: string; text: string; html: string };

const HOUR_MS = 60 * 60_000;
/** Longer names and reasons are cut, so that they can't push the link out of sight. */
const MAX_NAME_CHARACTERS = 80;
const MAX_REASON_CHARACTERS = 300;

/** The group of readers of each kind of mail. */
export const AUDIENCE: Record<MailKind, Audience> = {
  INVITATION: 'invitee',
  RESENT: 'invitee',
  REMINDER: 'invitee',
  CONFIRMED: 'partner',
  DECLINED: 'partner',
  EXPIRED: 'partner',
  BOUNCED: 'partner',
  APPROVAL_REQUESTED: 'operator',
  APPROVED: 'customer',
  REJECTED: 'customer',
  SUSPENDED: 'customer',
  RESUMED: 'customer',
  APPROVED_FOR_PARTNER: 'partner',
  REJECTED_FOR_PARTNER: 'partner',
  MEMBER_INVITED: 'member',
};

/**
 * Renders a mail in its language.
 *
 * @param around the name of the provider's cloud; the address of the button: for an invitee the emailed link, for others a page of the
 *   portal; whether the partner's owners read a mail that is otherwise to the person who registered the customer
 */
export function renderMail(
  mail: Mail,
  { brandName, link, toOwners = false }: { brandName: string; link: string; toOwners?: boolean },
  now = new Date(),
): MailText {
  const { language, kind, expiresAt } = mail;
  const messages = MESSAGES[language];
  const message = messages.mails[messageName(mail)];
  const audience = AUDIENCE[kind];
  const footer = messages.footers[toOwners ? 'owners' : audience];
  const brand = plain(brandName);
  const partner = theirs(mail.partnerName, MAX_NAME_CHARACTERS);
  const values: Values = { brand, partner };
  if (mail.customerName !== undefined) values['customer'] = theirs(mail.customerName, MAX_NAME_CHARACTERS);
  if (expiresAt !== undefined) {
    const deadline = new Date(expiresAt);
    values['until'] = plain(moment(deadline, language));
    values['left'] = plain(timeLeft(deadline.getTime() - now.getTime(), language));
  }

  const { labels } = messages;
  const facts: { label: string; value: Value }[] = [];
  if (audience !== 'partner') {
    const invites = audience === 'invitee' || audience === 'member';
    facts.push({ label: invites ? labels.invitedBy : labels.partner, value: partner });
  }
  if (values['customer']) facts.push({ label: labels.customer, value: values['customer'] });
  if (mail.reason !== undefined)
    facts.push({ label: labels.reason, value: theirs(mail.reason, MAX_REASON_CHARACTERS) });
  if (message.until !== undefined && values['until']) facts.push({ label: message.until, value: values['until'] });

  const write = (sentence: string, as: keyof Value) => fill(sentence, values, as);
  const { before, after, button } = message;
  const subject = write(message.subject, 'text');
  const text = [
    write(message.title, 'text'),
    ...before.map((paragraph) => write(paragraph, 'text')),
    facts.map(({ label, value }) => `${label}: ${value.text}`).join('\n'),
    `${button}:\n${link}`,
    ...after.map((paragraph) => write(paragraph, 'text')),
    write(footer, 'text'),
  ];
  const paragraphs = (sentences: string[]) =>
    sentences.map((sentence) => slots(layout.paragraph, { text: write(sentence, 'html') })).join('');
  const html = slots(layout.page, {
    language,
    brand: brand.html,
    subject: escapeHtml(subject),
    preheader: write(message.preheader, 'html'),
    title: write(message.title, 'html'),
    before: paragraphs(before),
    facts: facts
      .map(({ label, value }) => slots(layout.fact, { label: escapeHtml(label), value: value.html }))
      .join(''),
    link: escapeHtml(link),
    button: escapeHtml(button),
    orOpen: escapeHtml(messages.orOpen),
    after: paragraphs(after),
    footer: write(footer, 'html'),
  });
  return { subject, text: `${text.join('\n\n')}\n`, html };
}

/** The name of a mail's message. A confirmation has a deadline if an approval follows. */
function messageName({ kind, expiresAt, noMoreInvitations }: Mail): MessageName {
  if (kind === 'DECLINED' && noMoreInvitations) return 'DECLINED_AND_BLOCKED';
  return kind === 'CONFIRMED' && expiresAt !== undefined ? 'CONFIRMED_UNTIL_APPROVAL' : kind;
}

/** The value of a placeholder, for the text part and for the HTML part of a mail. */
type Value = { text: string; html: string };
type Values = Partial<Record<string, Value>>;

const plain = (text: string): Value => ({ text, html: escapeHtml(text) });

/**
 * A text of somebody else: on one line, cut, and isolated, so that text from right to left does not reorder the sentence around it
 * (Unicode, UAX 9).
 */
function theirs(written: string, maxCharacters: number): Value {
  const line = written
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = [...line];
  const text = characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}…` : line;
  return {
    // Only if needed, because a mail program that does not know the two marks shows boxes.
    text: FROM_RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text,
    html: `<bdi>${escapeHtml(text)}</bdi>`,
  };
}
const FROM_RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Fills the placeholders of a sentence in one pass, so that a placeholder in a name stays text. */
function fill(sentence: string, values: Values, as: keyof Value): string {
  return (as === 'html' ? escapeHtml(sentence) : sentence).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (!value) throw new Error(`the mail has no ${name}`);
    return value[as];
  });
}

function slots(html: string, contents: Record<string, string>): string {
  return html.replace(/\{\{(\w+)\}\}/g, (_, name: string) => contents[name] ?? '');
}

/** A moment in words, in UTC, because the recipient's time zone is not known. */
function moment(at: Date, language: Language): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(at);
  const date: Intl.DateTimeFormatOptions =
    language === 'vi' ? { day: '2-digit', month: '2-digit', year: 'numeric' } : { dateStyle: 'long' };
  const parts: Record<string, string> = { date: format(date), time: format({ timeStyle: 'short' }) };
  return MESSAGES[language].moment.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '');
}

/** The time that is left, in whole days, or in hours if it is less than a day. Days are rounded down. */
function timeLeft(milliseconds: number, language: Language): string {
  // Sending takes some minutes, so 71:58 hours count as 3 days.
  const hours = Math.max(1, Math.round(milliseconds / HOUR_MS));
  const { left } = MESSAGES[language];
  return hours < 24 ? plural(hours, left.hours, language) : plural(Math.floor(hours / 24), left.days, language);
}

function plural(count: number, forms: Partial<Plural<Intl.LDMLPluralRule>>, language: Language): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other ?? '';
  return form.replace('{count}', String(count));
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for HTML, between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
