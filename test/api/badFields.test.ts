/** Fields, rows and ids that the contract does not allow are refused, and the refusal names them. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../shared/contract/contract.ts';
import { type Difference, named, requestsOf } from '../badInput.ts';
import { ENDPOINTS, endpointOf, exampleRequests, grantedAt, ROW, VIEWER_ROLE } from '../examples.ts';
import { kindOf, nameOf, placesIn, replaced, withMember } from '../places.ts';
import type { ProblemBody } from '../refusal.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';

const portal = testStack();
const { partner, otherPartner, request } = portal;
const { api, customers, existing } = exampleRequests(portal, { onlyRefused: true });
const { exampleOf, refuses } = requestsOf(api);

const ofCustomer = ENDPOINTS.filter(({ path }) => path.includes('{customerId}'));
const withFields = ENDPOINTS.filter(({ body }) => Object.keys(body?.shape ?? {}).length > 0);

describe('a body', () => {
  test.each(named(withFields))('of %s must be complete; the refusal names what is missing', async (_, endpoint) => {
    const { required = [] } = z.toJSONSchema(endpoint.body ?? z.object({}), { io: 'input', unrepresentable: 'any' });
    const { body = {} } = exampleOf(endpoint);
    const places = placesIn(body)
      .map(({ way }) => way)
      // Each entry of a list has all fields of an entry.
      .filter((way) => (way.length === 1 && required.includes(String(way[0]))) || (way.length > 2 && way.includes(0)))
      // A row of an import has the fields of a registration; see below.
      .filter((way) => !ROW.test(nameOf(way)));
    await refuses(
      endpoint,
      places.map((way) => ({
        what: `no ${nameOf(way)}`,
        body: replaced(body, way, undefined),
        code: 'VALIDATION_FAILED',
        field: nameOf(way),
      })),
    );
  });

  test('of an account must have a credit balance that can be stored', async () => {
    const { body } = exampleOf(endpointOf('putAccount'));
    await refuses(
      endpointOf('putAccount'),
      [1e308, -1e308, 2 ** 53, 5e-324, -1e-131].map((creditBalance) => ({
        what: `a balance of ${creditBalance}`,
        body: { ...(body as object), creditBalance },
        field: 'creditBalance',
      })),
    );
  });

  test.each(named(withFields))('of %s can not have a field twice, at any depth', async (_, endpoint) => {
    const { body } = exampleOf(endpoint);
    await refuses(
      endpoint,
      placesIn(body).flatMap(({ way, value }) => {
        // Such a fault refuses the whole list of an import, not a row: see `oddRequests.test.ts`.
        const key =
          kindOf(value) === 'object' && !ROW.test(nameOf(way)) ? Object.keys(value as object).at(-1) : undefined;
        if (key === undefined) return [];
        return {
          what: `${nameOf([...way, key])} twice`,
          body: JSON.stringify(replaced(body, way, '?!')).replace('"?!"', () => withMember(value, key)),
          code: 'VALIDATION_FAILED',
          field: nameOf([...way, key]),
        } satisfies Difference;
      }),
    );
  });

  test('can not have long lists', async () => {
    const emails = (count: number) => Array.from({ length: count }, (_, i) => `a${i}@client.example`);
    const grants = Array.from({ length: 41 }, () => ({ email: partner.owner, roleId: 'a', grantedAt }));
    const { body } = exampleOf(endpointOf('putAccountCloud'));
    await refuses(endpointOf('createCustomer'), [
      {
        what: '21 administrators',
        body: { name: 'A', email: 'a@client.example', adminEmails: emails(21) },
        field: 'adminEmails',
      },
      { what: '20,000 wrong administrators', body: { adminEmails: Array<number>(20_000).fill(1) } },
    ]);
    await refuses(endpointOf('updateCustomer'), [
      { what: '21 administrators', body: { adminEmails: emails(21) }, field: 'adminEmails' },
      { what: '20,000 wrong administrators', body: { adminEmails: Array<number>(20_000).fill(1) } },
    ]);
    await refuses(endpointOf('importCustomers'), [
      { what: 'no rows', body: { customers: [] }, code: 'VALIDATION_FAILED', field: 'customers' },
      ...[{}, null, { name: 'A', email: 'a@client.example' }].map(
        (row): Difference => ({
          what: `101 rows of ${JSON.stringify(row)}`,
          body: { customers: Array<unknown>(101).fill(row) },
          code: 'VALIDATION_FAILED',
          field: 'customers',
        }),
      ),
      {
        what: '21 administrators',
        body: { customers: [{ name: 'A', email: 'a@client.example', adminEmails: emails(21) }] },
        field: 'customers.0.adminEmails',
      },
    ]);
    await refuses(endpointOf('putMember'), [
      { what: 'no roles', body: { roles: [] }, field: 'roles' },
      { what: 'a role that there is not', body: { roles: [VIEWER_ROLE, 'billing.accounts.king'] }, field: 'roles.1' },
      { what: '10,000 wrong roles', body: { roles: Array<number>(10_000).fill(1) }, field: 'roles.0' },
    ]);
    const subject = { id: 'a@client.example', type: 'USER' };
    const delta = { action: 'ADD', roleId: VIEWER_ROLE, subject };
    await refuses(endpointOf('updateAccess'), [
      { what: 'no deltas', body: { deltas: [] }, field: 'deltas' },
      { what: '10,000 wrong deltas', body: { deltas: Array<number>(10_000).fill(1) } },
      { what: 'another action', body: { deltas: [delta, { ...delta, action: 'SET' }] }, field: 'deltas.1.action' },
      { what: 'another role', body: { deltas: [{ ...delta, roleId: 'owner' }] }, field: 'deltas.0.roleId' },
      {
        what: 'another type',
        body: { deltas: [{ ...delta, subject: { ...subject, type: 'GROUP' } }] },
        field: 'deltas.0.subject.type',
      },
      {
        what: 'a long client id',
        body: { deltas: [{ ...delta, subject: { id: 'x'.repeat(256), type: 'SERVICE_ACCOUNT' } }] },
        field: 'deltas.0.subject.id',
      },
    ]);
    await refuses(endpointOf('putPartner'), [
      { what: '21 owners', body: { name: 'A', paid: true, owners: emails(21) }, field: 'owners' },
      {
        what: '11 domains',
        body: { name: 'A', paid: true, domains: Array.from({ length: 11 }, (_, i) => `d${i}.example`) },
        field: 'domains',
      },
      ...['acme', 'a@acme.example', '.example', 'a b.example', 'acme.example/', '-a.example'].map(
        (domain): Difference => ({
          what: `the domain ${domain}`,
          body: { name: 'A', paid: true, domains: ['fine.example', domain] },
          field: 'domains.1',
        }),
      ),
    ]);
    await refuses(endpointOf('putAccountCloud'), [
      { what: '41 grants', body: { ...body, grants }, field: 'grants' },
      { what: '20,000 wrong grants', body: { ...body, grants: Array<number>(20_000).fill(1) } },
      {
        what: 'a long client id',
        body: { ...body, grants: [{ clientId: 'x'.repeat(5_000), roleId: 'a', grantedAt }] },
        field: 'grants.0.clientId',
      },
      {
        what: 'two subjects',
        body: { ...body, grants: [{ email: partner.owner, clientId: 'x', roleId: 'a', grantedAt }] },
      },
      ...['__proto__', '', '9', 'a b', '.owner', 'владелец'].map(
        (roleId): Difference => ({
          what: `the role ${roleId}`,
          body: { ...body, grants: [{ email: partner.owner, roleId, grantedAt }] },
          field: 'grants.0.roleId',
        }),
      ),
      ...[
        'yesterday',
        '2026-02-30T00:00:00Z',
        '2026-01-01',
        '2026-01-01T00:00:00',
        '2026-01-01T25:00:00Z',
        '1767225600',
      ].map(
        (at): Difference => ({
          what: `granted ${at}`,
          body: { ...body, grants: [{ email: partner.owner, roleId: 'a', grantedAt: at }] },
          field: 'grants.0.grantedAt',
        }),
      ),
    ]);
  });
});

describe('a row of an import', () => {
  const rows = (...customers: unknown[]) => ({ customers });
  const importCustomers = () => endpointOf('importCustomers');

  test('must be complete, or the refusal names what is missing; the refusal is about this row alone', async () => {
    const email = 'b@client.example';
    await refuses(importCustomers(), [
      { what: 'an empty row', body: rows({}), code: 'VALIDATION_FAILED', field: 'customers.0.name' },
      { what: 'an empty row', body: rows({}), code: 'VALIDATION_FAILED', field: 'customers.0.email' },
      { what: 'no name', body: rows({ email }), field: 'customers.0.name' },
      { what: 'no email', body: rows({ name: 'B' }), field: 'customers.0.email' },
      { what: 'a person without', body: rows({ name: 'B', person: {} }), field: 'customers.0.email' },
      {
        what: 'a key of 256 characters',
        body: rows({ name: 'B', email, idempotencyKey: 'k'.repeat(MAX_IDEMPOTENCY_KEY_LENGTH + 1) }),
        field: 'customers.0.idempotencyKey',
      },
      { what: '100 empty rows', body: rows(...Array<object>(100).fill({})), field: 'customers.0.name' },
      {
        what: '100 nulls',
        body: rows(...Array<null>(100).fill(null)),
        code: 'VALIDATION_FAILED',
        field: 'customers.0',
      },
    ]);
    const [problem] = await refuses(importCustomers(), [{ what: 'null for a row', body: rows(null) }]);
    expect(problem?.detail).toBe('the row must be a JSON object.');
  });

  test('that is refused does not keep others out', async () => {
    const good = (n: number) => ({ name: `Good ${n}`, email: partner.at(`good-${n}`) });
    const rows = [good(1), null, { ...good(2), surprise: 1 }, { ...good(3), email: 'x' }, {}, good(4)];
    const answer = await request<{ results: { customer?: CustomerAnswer; problem?: ProblemBody }[] }>(
      'POST',
      '/v1/customers/batch',
      { as: partner.owner, body: { customers: rows } },
    );
    expect(answer.body.results.map(({ customer, problem }) => customer?.email ?? problem?.code)).toEqual([
      partner.at('good-1'),
      ...Array<string>(4).fill('VALIDATION_FAILED'),
      partner.at('good-4'),
    ]);
    const stored = JSON.stringify(await itemsOf(portal.stack));
    for (const n of [1, 2, 3, 4]) expect(stored.includes(partner.at(`good-${n}`)), `row ${n}`).toBe(n === 1 || n === 4);
  });
});

describe('an email address', () => {
  const create = (address: string) => ({ name: 'Wind', email: address });
  const at = (address: string) => `the email ${JSON.stringify(address.slice(0, 80))}`;

  const bad = [
    '',
    'not-an-email',
    'a@b@client.example',
    'a@client.example\r\nBcc: evil@evil.example',
    'a@client.example\n',
    ' a@client.example',
    'a b@client.example',
    'a@client .example',
    '"a b"@client.example',
    'Wind <a@client.example>',
    'a@client.example,b@client.example',
    'a@localhost',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@client.example.',
    'a@client.example/path',
    'a@client.example?subject=x',
    'a@client.example#x',
    'a@client.example:25',
    'a@client.example\\x',
    'a@cl%69ent.example',
    '@client.example',
    'a@',
    '.a@client.example',
    'a..b@client.example',
    `${'a'.repeat(65)}@client.example`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b.'.repeat(130)}example`,
    `${'a'.repeat(60_000)}@client.example`,
    `a@${'b'.repeat(60_000)}`,
    'a\0@client.example',
    'a@client\0.example',
    'a\u2028@client.example',
  ];

  test('that can not receive mail is refused in every field', async () => {
    await refuses(
      endpointOf('createCustomer'),
      bad.map((address) => ({ what: at(address), body: create(address), code: 'VALIDATION_FAILED', field: 'email' })),
    );
    // All fields have the same rules: see `shared/contract/fields.test.ts`.
    const some = sized(['', 'a@b@client.example', 'a@127.0.0.1', `a@${'b'.repeat(60_000)}`], bad);
    await refuses(
      endpointOf('createCustomer'),
      some.flatMap((address): Difference[] => [
        { what: at(address), body: { name: 'A', person: { email: address } }, field: 'person.email' },
        { what: at(address), body: { ...create('a@client.example'), adminEmails: [address] }, field: 'adminEmails.0' },
      ]),
    );
    await refuses(
      endpointOf('importCustomers'),
      some.flatMap((address): Difference[] => [
        { what: at(address), body: { customers: [create(address)] }, field: 'customers.0.email' },
        {
          what: at(address),
          body: { customers: [{ ...create('a@client.example'), adminEmails: [address] }] },
          field: 'customers.0.adminEmails.0',
        },
      ]),
    );
    await refuses(
      endpointOf('updateCustomer'),
      some.flatMap((address): Difference[] => [
        { what: at(address), body: { email: address }, code: 'VALIDATION_FAILED', field: 'email' },
        { what: at(address), body: { person: { email: address } }, field: 'person.email' },
        { what: at(address), body: { adminEmails: [address] }, field: 'adminEmails.0' },
      ]),
    );
    await refuses(
      endpointOf('updateAccess'),
      some.map((address) => ({
        what: at(address),
        body: { deltas: [{ action: 'ADD', roleId: VIEWER_ROLE, subject: { id: address, type: 'USER' } }] },
        field: 'deltas.0.subject.id',
      })),
    );
    await refuses(
      endpointOf('putPartner'),
      some.map((address) => ({
        what: at(address),
        body: { name: 'A', paid: true, owners: [address] },
        field: 'owners.0',
      })),
    );
    const inPath = some.filter((address) => address !== '' && address.length < 2_000);
    await refuses(
      endpointOf('putAccount'),
      inPath.map((address) => ({ what: at(address), path: { email: encodeURIComponent(address) }, field: 'email' })),
    );
    // An id without @ is a client id.
    for (const name of ['putMember', 'deleteMember']) {
      await refuses(
        endpointOf(name),
        inPath
          .filter((address) => address.includes('@'))
          .map((address) => ({
            what: at(address),
            path: { memberId: encodeURIComponent(address) },
            code: 'VALIDATION_FAILED',
            field: 'memberId',
          })),
      );
    }
  });

  test('with a local part outside ASCII is refused, with the reason', async () => {
    const problems = await refuses(endpointOf('createCustomer'), [
      { what: 'Cyrillic', body: create('контакт@пример.рф'), field: 'email' },
      { what: 'an accent', body: create('josé@client.example'), field: 'email' },
      { what: 'an emoji', body: create('a🙂@client.example'), field: 'email' },
    ]);
    for (const { detail } of problems)
      expect(detail).toBe('the part before @ must be ASCII: the mail service cannot deliver to it.');
  });
});

const noPhones = [
  'call me maybe?',
  '12',
  '+',
  '(495 123',
  '495--123',
  '1'.repeat(16),
  '+7 812\n555',
  '٠١٢٣',
  '1-800-ЦВЕТЫ',
  '',
  '0'.repeat(60_000),
];

test('a phone that is neither a number nor a phoneword is refused', async () => {
  await refuses(
    endpointOf('createCustomer'),
    noPhones.map((phone) => ({
      what: `the phone ${phone.slice(0, 80)}`,
      body: { name: 'A', email: 'a@client.example', person: { phone } },
      field: 'person.phone',
    })),
  );
});

test('a name that a mail program would turn into a link is refused wherever a name is given', async () => {
  const links = ['https://evil.example', 'www.evil.example', 'Пример.рф', `${'a.'.repeat(20_000)}com`];
  for (const name of ['createCustomer', 'updateCustomer', 'acceptInviteSignedIn']) {
    const rest = name === 'createCustomer' ? { email: 'a@client.example' } : {};
    const refused = links.map((link) => ({
      what: `the name ${link.slice(0, 80)}`,
      body: { ...rest, name: link },
      field: 'name',
    }));
    await refuses(endpointOf(name), refused);
  }
});

describe('an id', () => {
  const malformed = [
    'x',
    'null',
    'dn2',
    'DN2ABCDEFGHIJKLMNOPQ',
    '%00',
    'dn2%00',
    '%20',
    '..%2F..%2Fme',
    '%2e%2e',
    'a%2Fb',
    '%2F',
    '%5C..%5C',
    '%D0%B8%D0%B4',
    '%F0%9F%99%82',
    '%25%30%30',
    "'%20OR%201=1--",
    '*',
    '__proto__',
    '%7B%7D',
    'CUSTOMER%23x',
    'x'.repeat(5_000),
  ];

  test.each(named(ofCustomer))(
    'of %s that the caller may not see is refused like an unknown customer',
    async (_, endpoint) => {
      const { path } = exampleOf(endpoint);
      const own = path?.['customerId'] ?? '';
      const ids = [
        // An id is read in one place.
        ...(endpoint.name === 'getCustomer' ? malformed : sized(['null', '%00'], malformed)),
        'dn2aaaaaaaaaaaaaaaaa',
        // Operators may see the customers of all partners.
        ...(endpoint.access === 'operator' ? [] : [customers.foreign.id]),
        own.toUpperCase(),
        `${own}%20`,
        ...sized([], [`${own}a`, `${own}%00`, `${own}%0A`, `%20${own}`, own.slice(0, -1)]),
      ];
      const problems = await refuses(
        endpoint,
        ids.map((customerId) => ({
          what: `the id ${customerId.slice(0, 60)}`,
          path: { customerId },
          code: 'CUSTOMER_NOT_FOUND',
        })),
      );
      // The refusal is the same for another partner's customer and for an unknown one.
      expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    },
  );

  test('of an operation must be a change of a customer that the caller may see', async () => {
    const ids = [
      ...malformed,
      customers.active.id,
      `${customers.foreign.id}.1`,
      'dn2aaaaaaaaaaaaaaaaa.1',
      ...[
        '',
        '.',
        '.0',
        '.01',
        '.-1',
        '.1.1',
        '.1e0',
        '.99',
        '.99999999',
        '.100000000',
        '.1%0A',
        '.%D9%A1',
        '.1%00',
      ].map((version) => `${customers.active.id}${version}`),
    ];
    const problems = await refuses(
      endpointOf('getOperation'),
      ids.map((operationId) => ({
        what: `the operation ${operationId.slice(0, 60)}`,
        path: { operationId },
        code: 'OPERATION_NOT_FOUND',
      })),
    );
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
  });

  test('of a member must have the right form; no refusal shows that another partner has it', async () => {
    const bad = [
      '%00',
      'dn2%00',
      '%20',
      '%0A',
      'a%1B',
      '%7F',
      'x'.repeat(256),
      'x'.repeat(5_000),
      '..%2F..%2Fme',
      'USER%23x',
      'a%3Fx',
      'new%2540acme.example',
    ];
    for (const name of ['putMember', 'deleteMember']) {
      await refuses(
        endpointOf(name),
        bad.map((memberId) => ({
          what: `the member ${memberId.slice(0, 60)}`,
          path: { memberId },
          code: 'VALIDATION_FAILED',
          field: 'memberId',
        })),
      );
    }
    const absent = [otherPartner.owner, partner.staff('nobody'), 'x', 'MEMBERSHIP', '__proto__'];
    const problems = await refuses(
      endpointOf('deleteMember'),
      absent.map((memberId) => ({ what: `the member ${memberId}`, path: { memberId }, code: 'MEMBER_NOT_FOUND' })),
    );
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    await refuses(endpointOf('deleteMember'), [
      { what: 'the last owner', path: { memberId: partner.owner }, code: 'LAST_OWNER' },
    ]);
    await refuses(endpointOf('putMember'), [
      { what: 'the last owner', path: { memberId: partner.owner }, code: 'LAST_OWNER' },
      ...[otherPartner.robot, 'nobodys-robot'].map((memberId) => ({
        what: `the service account ${memberId}`,
        path: { memberId },
        code: 'SERVICE_ACCOUNT_NOT_RECORDED' as const,
        field: 'memberId',
      })),
    ]);
  });

  test('of a partner or a cloud must have the right form', async () => {
    const wrong = malformed.filter((id) => !['x', 'null', 'dn2', '__proto__', 'DN2ABCDEFGHIJKLMNOPQ'].includes(id));
    await refuses(
      endpointOf('putPartner'),
      [...wrong, 'x', 'acme%0A', 'Acme', 'acme-', 'a'.repeat(51)].map((partnerId) => ({
        what: `the partner ${partnerId.slice(0, 60)}`,
        path: { partnerId },
        code: 'VALIDATION_FAILED',
        field: 'partnerId',
      })),
    );
    const ids = sized(['%00', '%20', '%2e%2e', 'x'.repeat(5_000)], wrong);
    // A cloud's id may contain dots.
    const clouds = [...ids.filter((id) => id !== '%2e%2e'), 'b1g%0A', 'b1g%20', 'x'.repeat(51)];
    await refuses(
      endpointOf('putAccountCloud'),
      clouds.map((cloudId) => ({
        what: `the cloud ${cloudId.slice(0, 60)}`,
        path: { cloudId },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('unlinkCloud'),
      clouds.map((cloudId) => ({
        what: `the cloud ${cloudId.slice(0, 60)}`,
        path: { cloudId },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('unlinkCloud'),
      ['..', 'x', '__proto__', existing.linked.toUpperCase(), existing.linkable, 'b1gworkshopglobex0000'].map(
        (cloudId) => ({
          what: `the cloud ${cloudId}`,
          path: { cloudId: cloudId.replaceAll('.', '%2e') },
          code: 'CLOUD_NOT_FOUND',
        }),
      ),
    );
    await refuses(
      endpointOf('linkCloud'),
      clouds.map((id) => ({
        what: `the cloud ${id.slice(0, 60)}`,
        body: { cloudId: decodeURIComponent(id) },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('createCloud'),
      [...ids, 'Prod', '-prod', 'prod-', '1prod', 'prod\n', 'a'.repeat(64), 'прод', 'a_b', 'a.b'].map((name) => ({
        what: `the cloud name ${name.slice(0, 60)}`,
        body: { name: decodeURIComponent(name) },
        code: 'VALIDATION_FAILED',
        field: 'name',
      })),
    );
    await refuses(endpointOf('putAccountCloud'), [
      { what: 'an account that is not recorded', path: { email: partner.at('nobody') }, code: 'ACCOUNT_NOT_FOUND' },
      { what: "another account's cloud", path: { cloudId: 'b1gworkshopdata000000' }, code: 'CLOUD_ELSEWHERE' },
    ]);
  });
});
