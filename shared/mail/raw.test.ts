/** Mails in the form in which they are sent, read back by a mail parser. */

import fc from 'fast-check';
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { LONG, sized } from '../../test/size.ts';
import { LANGUAGES } from '../contract/vocabulary.ts';
import type { Mail } from '../customer/event.ts';
import { rawMail } from './raw.ts';
import { type MailText, renderMail } from './render.ts';
import { linkOf, MESSAGE_NAMES, renderSample, sampleMail } from './samples.ts';

const FROM = 'Partner portal <partners@cloud.example>';
const SUPPORT = 'Partner support <partner-support@cloud.example>';
const CUSTOMER_ID = 'dn2k7q3v9x1m5c8b2z4t';
/** The longest line, without its line break (RFC 5322, 2.1.1). */
const MAX_LINE_OCTETS = 998;

type Sent = { mail: Mail; rendered: MailText; raw: Buffer; email: Email };

async function send(mail: Mail, replyTo: string | undefined = SUPPORT): Promise<Sent> {
  const rendered = renderSample(mail);
  const raw = Buffer.from(
    await rawMail(rendered, mail, { from: FROM, to: [mail.to], replyTo, customerId: CUSTOMER_ID }),
  );
  return { mail, rendered, raw, email: await PostalMime.parse(raw) };
}

const headers = ({ email }: Sent) => email.headers.map(({ key }) => key).sort();
const header = ({ email }: Sent, name: string) => email.headers.find(({ key }) => key === name)?.value;
const lines = ({ email }: Sent) => email.text?.trimEnd().split('\n') ?? [];
const tags = (html: string | undefined) => html?.match(/<[^>]*>/g);
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const visible = (html = '') =>
  html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? '');
/** A name as a reader sees it: on one line, cut, and without marks that change its direction. */
const asRead = (name: string) => {
  const line = name
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return [...line].length > 80 ? `${[...line].slice(0, 80).join('')}…` : line;
};

/** The mails with ordinary names that have been sent, by their content. */
const ordinaryMails = new Map<string, Promise<Sent>>();

/** A mail with ordinary names instead of its own. */
function sendOrdinary({ partnerName: _, customerName, reason, ...others }: Mail): Promise<Sent> {
  const { partnerName: acme, customerName: mila } = sampleMail('CONFIRMED', others.language);
  const mail: Mail = {
    ...others,
    partnerName: acme,
    ...(customerName !== undefined && mila !== undefined && { customerName: mila }),
    ...(reason !== undefined && { reason: 'none' }),
  };
  const content = JSON.stringify(mail);
  const sent = ordinaryMails.get(content) ?? send(mail);
  ordinaryMails.set(content, sent);
  return sent;
}

/** Requires that a mail has the same parts, headers, recipients and links as a mail with ordinary names. */
async function expectHarmless(sent: Sent): Promise<void> {
  const { mail, rendered, raw, email } = sent;
  const { partnerName, customerName } = mail;
  const untilApproval = mail.kind === 'CONFIRMED' && mail.expiresAt !== undefined;
  const ordinary = await sendOrdinary(mail);

  const message = raw.toString('latin1');
  expect(message).toMatch(/^[\r\n -~]*$/);
  expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of message.split('\r\n')) expect(line.length).toBeLessThanOrEqual(MAX_LINE_OCTETS);

  expect(headers(sent)).toEqual(headers(ordinary));
  expect(email.from).toEqual({ name: 'Partner portal', address: 'partners@cloud.example' });
  expect(email.to).toEqual([{ name: '', address: mail.to }]);
  expect(email.replyTo).toEqual([{ name: 'Partner support', address: 'partner-support@cloud.example' }]);
  expect([email.cc, email.bcc, email.attachments]).toEqual([undefined, undefined, []]);
  expect(email.subject).toBe(rendered.subject);
  expect(rendered.subject).not.toMatch(/\p{Cc}/u);

  expect(email.text?.trimEnd()).toBe(rendered.text.trimEnd());
  expect(lines(sent)).toContain(linkOf(mail));
  expect(lines(sent)).toHaveLength(lines(ordinary).length);
  expect(tags(email.html)).toEqual(tags(ordinary.email.html));
  for (const name of [...(customerName === undefined ? [] : [customerName]), ...(untilApproval ? [] : [partnerName])]) {
    expect(visible(email.html)).toContain(asRead(name));
    expect(email.text).toContain(asRead(name));
  }
}

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(MESSAGE_NAMES)('%s arrives unchanged', async (name) => {
    const sent = await send(sampleMail(name, language));
    await expectHarmless(sent);
    const { email, mail } = sent;
    // The text and the HTML say the same.
    const facts = [mail.customerName, mail.reason, mail.expiresAt && '(UTC)'].filter((fact) => fact !== undefined);
    for (const fact of [mail.partnerName, ...facts, linkOf(mail)]) {
      expect(email.text).toContain(fact);
      expect(visible(email.html)).toContain(fact);
    }
  });
});

const NASTY = [
  '"><script>alert(1)</script>',
  "'--><img src=x onerror=alert(1)>",
  '</title></style><a href="https://evil.example">',
  'Wind\r\nBcc: everybody@evil.example\r\n\r\nHello',
  'Wind\nContent-Type: text/html\n\n<b>',
  '\u2028\u2029\u0085 line\u000bbreaks',
  'مخبز ميلا',
  'מאפיית מילה (2)',
  '\u202egnp.exe',
  '👩‍👩‍👧‍👦🏳️‍🌈 Ltd',
  '=?utf-8?B?QmNjOiBldmls?=',
  '--_NmP-boundary',
  '{customer} {until} {{link}} $& $1',
  ', evil@evil.example; <evil@evil.example>',
  'x'.repeat(70_000),
  'é'.repeat(300),
  '\ud800 half',
  '.',
  'a\u0301'.repeat(500),
];

// The short form takes each mail in one language, and with the next name in the next one.
test.each(NASTY.map((nasty, index) => [nasty.slice(0, 60), nasty, index] as const))(
  'a name such as %j is harmless in every mail',
  async (_, nasty, index) => {
    for (const [place, name] of MESSAGE_NAMES.entries())
      for (const language of LANGUAGES.filter((_, turn) => LONG || turn === (place + index) % LANGUAGES.length))
        await expectHarmless(
          await send(sampleMail(name, language, { partnerName: nasty, customerName: nasty, reason: nasty })),
        );
  },
);

test('no name and no reason becomes anything but text', async () => {
  const someName = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme', maxLength: 120 }),
      fc
        .array(fc.constantFrom(...NASTY, ' ', '\r\n', ':', '<', '"', '&', '=', '?'), { maxLength: 8 })
        .map((all) => all.join('')),
    )
    .filter((name) => asRead(name) !== '');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MESSAGE_NAMES),
      fc.constantFrom(...LANGUAGES),
      fc.record({ partnerName: someName, customerName: someName, reason: someName }),
      async (name, language, names) => expectHarmless(await send(sampleMail(name, language, names))),
    ),
    { numRuns: sized(50, 1_000) },
  );
});

describe('the headers', () => {
  test('say that the mail is automatic', async () => {
    expect(header(await send(sampleMail('EXPIRED', 'vi')), 'auto-submitted')).toBe('auto-generated');
  });

  test.each(['INVITATION', 'RESENT', 'REMINDER'] as const)(
    'of %s name the address for getting no more mails',
    async (name) => {
      expect(header(await send(sampleMail(name, 'en')), 'list-unsubscribe')).toBe(
        `<mailto:partner-support@cloud.example?subject=Unsubscribe%20${CUSTOMER_ID}>`,
      );
    },
  );

  test('of mails to users, and of mails without an address for replies, name none', async () => {
    expect(headers(await send(sampleMail('DECLINED', 'en')))).not.toContain('list-unsubscribe');
    const unanswerable = await rawMail(renderSample(sampleMail('INVITATION', 'en')), sampleMail('INVITATION', 'en'), {
      from: FROM,
      to: ['mila@bakery.example'],
      customerId: CUSTOMER_ID,
    });
    expect(Buffer.from(unanswerable).toString()).not.toMatch(/^(Reply-To|List-Unsubscribe):/im);
  });

  test('never contain the link: SES writes them into the events that it publishes', async () => {
    for (const name of MESSAGE_NAMES) {
      const { email } = await send(sampleMail(name, 'en'));
      expect(JSON.stringify(email.headers)).not.toMatch(/token|https?:/);
    }
  });

  test('name one recipient, whatever the address is', async () => {
    for (const to of ["o'neil+a=b{x}@client.example", 'info@xn--e1afmkfd.xn--p1ai']) {
      const { email } = await send(sampleMail('INVITATION', 'ru', { to }));
      expect(email.to).toEqual([{ name: '', address: to }]);
    }
  });

  test('name all owners of a partner, and the footer says why they get the notice', async () => {
    const mail = sampleMail('DECLINED', 'en');
    const to = ['one@acme.example', 'two@acme.example'];
    const rendered = renderMail(mail, { brandName: 'Cloud', link: 'https://cloud.example', toOwners: true });
    const email = await PostalMime.parse(Buffer.from(await rawMail(rendered, mail, { from: FROM, to })));
    expect(email.to?.map(({ address }) => address)).toEqual(to);
    for (const text of [email.text, email.html]) {
      expect(text).toContain('because you are an owner of');
      expect(text).not.toContain('because you added');
    }
  });
});
