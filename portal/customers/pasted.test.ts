import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pasted } from './pasted.ts';
import { emptyDraft } from './registration.ts';

const draft = (fields: object, person: object = {}) => ({
  ...emptyDraft(),
  ...fields,
  person: { ...emptyDraft().person, ...person },
});
const drafts = (text: string) => pasted(text)?.drafts;

describe('what is pasted', () => {
  it.each([
    [
      'Corn Ltd\t"1 Main St\nFloor 2"\tcorn@client.example',
      [draft({ name: 'Corn Ltd', email: 'corn@client.example' })],
    ],
    ['Anna Corn <anna@client.example>', [draft({ name: 'Anna Corn', email: 'anna@client.example' })]],
    ['1\tCorn Ltd\tcorn2@client.example', [draft({ name: 'Corn Ltd', email: 'corn2@client.example' })]],
    ['"OOO ""Daisy"""\tdaisy@client.example', [draft({ name: 'OOO "Daisy"', email: 'daisy@client.example' })]],
    ['Shop@Home Ltd\tshop@client.example', [draft({ name: 'Shop@Home Ltd', email: 'shop@client.example' })]],
  ])('%j is one row', (text, expected) => {
    expect(drafts(text)).toEqual(expected);
  });

  it('has a name and an address in either order, and perhaps a number, whatever separates and ends them', () => {
    const name = fc.constantFrom(
      'Corn, Wheat, Oat; Ltd',
      'Corn Ltd',
      'OOO "Daisy"',
      'Shop@Home Ltd',
      'Floor 1\nFloor 2',
      'ООО Ромашка',
      'Mila; Bakery',
    );
    const row = fc.record({ name, isTurned: fc.boolean(), form: fc.constantFrom('plain', 'mailbox', 'blanks') });
    const quoted = (cell: string) => (/["\n;,]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 5 }),
        fc.constantFrom('\t', ';'),
        fc.constantFrom('\r\n', '\n', '\r'),
        fc.boolean(),
        (rows, delimiter, end, isNumbered) => {
          const text = rows
            .map(({ name, isTurned, form }, index) => {
              const plain = `c${index}@client.example`;
              const address = { plain, mailbox: `Anna <${plain}>`, blanks: ` ${plain}\u00a0` }[form];
              const cells = isTurned ? [address, quoted(name)] : [quoted(name), address];
              return [...(isNumbered ? [`${index + 1}`] : []), ...cells].join(delimiter);
            })
            .join(end);
          expect(drafts(text)).toEqual(
            rows.map(({ name, form }, index) =>
              draft(
                { name: name.replace('\n', ' '), email: `c${index}@client.example` },
                form === 'mailbox' ? { name: 'Anna' } : {},
              ),
            ),
          );
        },
      ),
    );
  });

  it('can be a list of mailboxes, as a mail program has it', () => {
    expect(drafts('Anna <anna@client.example>; "Corn, Eva" <eva@client.example>,\nbob <bob@client.example>')).toEqual([
      draft({ name: 'Anna', email: 'anna@client.example' }),
      draft({ name: 'Corn, Eva', email: 'eva@client.example' }),
      draft({ name: 'bob', email: 'bob@client.example' }),
    ]);
  });

  it.each([
    ['Anna <anna@client.example>, bob@client.example', ['Anna', 'anna'], ['', 'bob']],
    ['anna@client.example; bob@client.example;', ['', 'anna'], ['', 'bob']],
    ['anna@client.example,bob@client.example\neva@client.example', ['', 'anna'], ['', 'bob'], ['', 'eva']],
    ['Anna [mailto:anna@client.example]', ['Anna', 'anna']],
    ['Corn, Eva (eva@client.example)', ['Corn, Eva', 'eva']],
    ['anna@client.example <anna@client.example>', ['', 'anna']],
    ['Anna <\u202aanna@client.example\u202c>', ['Anna', 'anna']],
  ])('%j is a list of mailboxes', (text, ...mailboxes) => {
    expect(drafts(text)).toEqual(mailboxes.map(([name, local]) => draft({ name, email: `${local}@client.example` })));
  });

  it('is read in a moment, however many commas are in it', () => {
    expect(pasted('Corn, '.repeat(50_000))).toBeUndefined();
  }, 10_000);

  it('is read by its header; columns that are not known are named', () => {
    expect(pasted('E-mail\tНазвание\tТелефон\tCity\ta\na@b.example\tWind\t+7 1\tRiga\n')).toEqual({
      drafts: [draft({ name: 'Wind', email: 'a@b.example' }, { phone: '+7 1' })],
      unplaced: ['City', 'a'],
      isPart: false,
      faults: [],
    });
    expect(drafts('First Name\tLast Name\tEmail\tAdmins\nEva\tCorn\te@b.example\tx@b.example y@b.example')).toEqual([
      draft({ name: 'Eva Corn', email: 'e@b.example', adminEmails: 'x@b.example, y@b.example' }),
    ]);
    expect(drafts('Company\tPosta\nCorn Ltd\tc@b.example')).toEqual([
      draft({ name: 'Corn Ltd', email: 'c@b.example' }),
    ]);
  });

  it('says what is left out: other cells, rows that can’t be read, damaged cells', () => {
    expect(pasted('Corn Ltd\tc@b.example\t+7 1')?.isPart).toBe(true);
    expect(pasted('1\tCorn Ltd\tc@b.example')?.isPart).toBe(false);
    expect(pasted('Corn Ltd\tc@b.example\t7801234567')?.isPart).toBe(true);
    expect(pasted('Corn Ltd\tc@b.example\t7.8E+09')).toMatchObject({ drafts: [{ name: 'Corn Ltd' }], isPart: true });
    expect(pasted('365\tc@b.example')).toMatchObject({ drafts: [{ name: '365' }], isPart: false });
    expect(pasted('12\tAnna <c@b.example>')).toMatchObject({ drafts: [{ name: 'Anna' }], isPart: false });
    expect(pasted('1\tc@b.example\n2\td@b.example')).toMatchObject({ drafts: [{ name: '' }, { name: '' }] });
    expect(drafts('Client 1\tc@b.example')).toEqual([draft({ name: 'Client 1', email: 'c@b.example' })]);
    expect(pasted('Corn Ltd\tc@b.example\n"Wheat\tw@b.example\nOat\to@b.example')).toMatchObject({
      drafts: [{ name: 'Corn Ltd' }, { name: 'Oat' }],
      faults: [[2, { code: 'QUOTE' }]],
    });
    expect(pasted('name\temail\ttin\nCorn\tc@b.example\t7.8E+09\nOat\to@b.example\t1')).toMatchObject({
      drafts: [{ name: 'Oat' }],
      faults: [[2, { code: 'SHORTENED_NUMBER', column: 'tin', value: '7.8E+09' }]],
    });
    expect(drafts('7-11\tc@b.example')).toEqual([draft({ name: '7-11', email: 'c@b.example' })]);
    expect(drafts('#N/A\tc@b.example')).toEqual([draft({ name: '', email: 'c@b.example' })]);
  });

  it('keeps an address that is not valid, beside one that is', () => {
    expect(drafts('Wind\ta@b.example\nCorn\tc@@b')).toEqual([
      draft({ name: 'Wind', email: 'a@b.example' }),
      draft({ name: 'Corn', email: 'c@@b' }),
    ]);
  });

  it.each([
    'Wind Ltd',
    'two\nlines',
    '1 Main St\nFloor 2, Riga',
    'anna@client.example',
    'write to\nanna at a@@b',
    '',
    'a\tb',
  ])('%j stays text', (text) => {
    expect(pasted(text)).toBeUndefined();
  });
});
