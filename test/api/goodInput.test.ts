import { describe, expect, test } from 'vitest';
import { everyPerson } from '../examples.ts';
import { inParallel } from '../refusal.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, testStack } from '../stack.ts';

const { partner, otherPartner, request, register, linkToken, mailsTo } = testStack();

describe('good input comes back exactly as it was sent:', () => {
  const TEXTS = [
    ['right-to-left script', 'שלום ‏עולם‏ مرحبا بالعالم'],
    ['10,000 characters', 'Ж'.repeat(10_000)],
    ['quotes, angle brackets and backslashes', `"'\`<script>alert(1)</script>&amp;\\u0000\\"</p>{{7*7}}\${x}%00%s`],
    ['emoji of several code points', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇻🇳'],
    ['combining marks, not normalised', 'e\u0301 \u00e9 Z\u0351\u036b\u0343 Việt Việt'],
    ['line breaks and tabs', 'Wind\r\nand\tSons\nLtd'],
    ['formulas and SQL', `=cmd|' /C calc'!A0; DROP TABLE customers; --`],
    ['spaces around', '  Wind  '],
    ['names of JavaScript', '__proto__'],
    ['invisible characters', '\u200b\u00ad\ufeff\u2060x'],
    ['what is no word for null', 'null'],
  ] as const;
  test.each(TEXTS.slice(0, sized(5, TEXTS.length)))('%s', async (_, text) => {
    const person = {
      ...everyPerson,
      name: text,
      longname: text,
      postCode: text,
      postAddress: text,
      legalAddress: text,
      tin: text,
    };
    const short = text.slice(0, 1_000);
    // Names are stored without blanks and invisible characters around them.
    const stored = (name: string) => name.replace(/^[\s\u200b\u00ad\ufeff\u2060]+|\s+$/g, '');
    const names = { name: stored(text), friendlyName: stored(short) };
    const sent = {
      name: text,
      friendlyName: short,
      role: short,
      person: text.length > 1_000 ? { longname: text } : person,
    };
    const { id, email } = await register(sent);
    expect(await request('GET', `/v1/customers/${id}`, { as: partner.owner })).toMatchObject({
      status: 200,
      body: { ...sent, ...names },
    });
    expect(await request('GET', `/v1/customers/${id}`, { as: email ?? '' })).toMatchObject({
      body: { name: names.name },
    });
    const found = await request<{ customers: CustomerAnswer[] }>(
      'GET',
      `/v1/customers?${new URLSearchParams({ query: names.name.slice(0, 1_000) })}`,
      { as: partner.owner },
    );
    expect(found.body.customers.find((customer) => customer.id === id)).toMatchObject({ ...sent, ...names });
    const token = await linkToken(email ?? '');
    const accepted = await request('POST', '/v1/invites/accept', { body: { token } });
    expect(accepted).toMatchObject({
      status: 200,
      body: { name: names.name, organization: { name: `For subaccount '${names.name}'` } },
    });
  });

  test.each(['+7 (812) 555-01-02', '1-800-FLOWERS', 'FLOWERS', '112', '+84.28.3819.8779'])(
    'the phone %s',
    async (phone) => {
      expect((await register({ person: { phone } })).person).toEqual({ phone });
    },
  );

  test('names with line breaks are listed page by page, as all others', async () => {
    const name = (i: number) => `Line\nbreak ${i}`;
    const ids = await inParallel([1, 2, 3], async (i) => (await register({ name: name(i) }, otherPartner.owner)).id);
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ query: 'Line\nbreak', pageSize: '1', ...(next && { pageToken: next }) });
      const { status, body } = await request<{ customers: CustomerAnswer[]; nextPageToken?: string }>(
        'GET',
        `/v1/customers?${query}`,
        { as: otherPartner.owner },
      );
      expect(status).toBe(200);
      seen.push(...body.customers.map(({ id }) => id));
      next = body.nextPageToken;
    } while (next);
    expect(seen.sort()).toEqual(ids.sort());
  });
});

describe('an email address', () => {
  test.each([
    ['info@пример.рф', 'info@xn--e1afmkfd.xn--p1ai'],
    [`${'a'.repeat(64)}@client.example`, `${'a'.repeat(64)}@client.example`],
    ["O'Hara+tag/x=y@Sub.Client.Example", "o'hara+tag/x=y@sub.client.example"],
    ['{a}|~`@client.example', '{a}|~`@client.example'],
  ])('%s is good, and is mailed to as %s', async (address, canonical) => {
    const customer = await register({ email: address });
    expect(customer.email).toBe(canonical);
    await mailsTo(canonical);
  });
});
