/** An example request for each endpoint outside the Billing API, and the customers in these examples. */
import { beforeAll, expect } from 'vitest';
import { ENDPOINTS as ALL_ENDPOINTS } from '../infra/endpoints.ts';
import { ELIGIBLE } from '../local/demoAccounts.ts';
import type { Endpoint } from '../shared/contract/contract.ts';
import { APPROVALS, customersOfStatus } from '../shared/table/keys.ts';
import type { Api, Example } from './badInput.ts';
import { expectProblem, expectRefusal, inParallel, type ProblemBody, type RawAnswer } from './refusal.ts';
import { type Answer, type CustomerAnswer, OPERATOR, type testStack } from './stack.ts';
import { endCooldown, setOnCustomer } from './table.ts';

/** All endpoints outside the Billing API, which refuses in a form of its own. */
export const ENDPOINTS = ALL_ENDPOINTS.filter(({ refuses }) => !refuses);

export function endpointOf(name: string): Endpoint {
  const endpoint = ENDPOINTS.find((each) => each.name === name);
  if (!endpoint) throw new Error(`there is no endpoint ${name}`);
  return endpoint;
}

/** A person with all of its fields. */
export const everyPerson = {
  name: 'Wind',
  longname: 'Wind LLC',
  phone: '+7 812 555-01-02',
  email: 'contact@client.example',
  postCode: '190000',
  postAddress: '1 Post St',
  legalAddress: '1 Legal St',
  tin: '7801234567',
};
export const grantedAt = '2026-01-01T00:00:00Z';
export const VIEWER_ROLE = 'billing.accounts.viewer';

/**
 * Makes the example requests before the tests of a file.
 *
 * @param onlyRefused whether the file only sends requests that are refused. Then the examples share their customers, and are about members
 *   that don't exist: that is much faster.
 */
export function exampleRequests(portal: ReturnType<typeof testStack>, { onlyRefused = false } = {}) {
  const { partner, otherPartner, request, register, confirmed, linkToken } = portal;
  /** So many customers, of which the examples change each only once. */
  const some = (count: number, customer: CustomerAnswer, make: () => Promise<CustomerAnswer>) =>
    inParallel(Array.from({ length: count }), async () => (onlyRefused ? customer : make()));
  const examples: Record<string, Example> = {};
  /** A waiting and an active customer of the partner, and a customer of another partner. */
  const customers = {} as Record<'waiting' | 'active' | 'foreign', CustomerAnswer>;
  /** Existing clouds of the active customer, which the partner's owner may link. `linked` is linked to the active customer; `linkable` is not linked. */
  const existing = { linkable: `b1g${partner.id}linkable`, linked: `b1g${partner.id}linked` };
  const [leaving, removed, goingAway] = [partner.staff('leaving'), partner.staff('removed'), partner.staff('going')];
  const [joining, declining] = [partner.staff('joining'), partner.staff('declining')];

  beforeAll(async () => {
    const [waiting, active, foreign] = await Promise.all([register(), confirmed(), register({}, otherPartner.owner)]);
    Object.assign(customers, { waiting, active, foreign });
    const [accepted, declined, acceptedSignedIn, declinedSignedIn, resent] = await some(5, waiting, register);
    const [changed, deleted, approved, rejected] = await some(4, waiting, register);
    const [blocking, blockingSignedIn] = await some(2, waiting, register);
    const [suspended, resumed] = await some(2, active, confirmed);
    const of = (customer: CustomerAnswer | undefined, as = partner.owner) => ({
      as,
      path: { customerId: customer?.id ?? '' },
    });
    const signedIn = (customer: CustomerAnswer | undefined, body: Record<string, unknown>): Example => ({
      as: customer?.email ?? '',
      path: { customerId: customer?.id ?? '' },
      body,
    });
    const byLink = async (customer: CustomerAnswer | undefined, more: object = {}): Promise<Example> => ({
      body: { token: await linkToken(customer?.email ?? ''), ...more },
    });
    const page = { pageSize: '1' };
    const ofActive = { as: partner.owner, path: { customerId: active.id } };
    const ofWaiting = { as: partner.owner, path: { customerId: waiting.id } };
    Object.assign(examples, {
      getMe: { as: partner.owner },
      listMyCustomers: { as: partner.owner, query: page },
      createCustomer: {
        as: partner.owner,
        body: {
          name: 'Wind',
          friendlyName: 'Wind',
          role: 'Partner',
          email: partner.at('wind'),
          person: everyPerson,
          language: 'en',
          adminEmails: ['chief@client.example', 'deputy@client.example'],
          resellerServed: false,
        },
      },
      importCustomers: {
        as: partner.owner,
        body: {
          customers: [
            {
              name: 'Row',
              friendlyName: 'Row',
              role: 'Partner',
              email: partner.at('row'),
              person: everyPerson,
              language: 'en',
              adminEmails: ['chief@client.example'],
              resellerServed: false,
              idempotencyKey: 'row-1',
            },
          ],
          language: 'vi',
        },
      },
      updateCustomer: {
        ...of(changed),
        body: {
          // Only the contact changes the name.
          name: changed?.name,
          friendlyName: 'Gale',
          role: 'Integrator',
          email: partner.at('gale'),
          person: everyPerson,
          language: 'vi',
          adminEmails: ['chief@client.example', 'deputy@client.example'],
        },
      },
      deleteCustomer: of(deleted),
      approveCustomer: { ...of(approved, OPERATOR), body: {} },
      rejectCustomer: { ...of(rejected, OPERATOR), body: { reason: 'not a company' } },
      suspendCustomer: { ...of(suspended), body: { reason: 'unpaid' } },
      activateCustomer: { ...of(resumed), body: {} },
      getAccess: { ...ofActive, query: page },
      updateAccess: {
        ...ofActive,
        body: {
          deltas: [
            { action: 'ADD', roleId: VIEWER_ROLE, subject: { id: 'bound@client.example', type: 'USER' } },
            { action: 'ADD', roleId: VIEWER_ROLE, subject: { id: 'bound-robot', type: 'SERVICE_ACCOUNT' } },
          ],
        },
      },
      listEvents: { ...ofActive, query: { ...page, order: 'desc' } },
      getOperation: { as: partner.owner, path: { operationId: `${active.id}.1` } },
      listMembers: { as: partner.owner, query: page },
      listPartnerLog: { as: partner.owner, query: page },
      listMyMemberships: { as: partner.owner, query: page },
      listBlockedPartners: { as: partner.owner, query: page },
      allowInvitationsSignedIn: { as: blockingSignedIn?.email ?? '', path: { partnerId: partner.id } },
      acceptMembership: { as: joining, path: { partnerId: partner.id }, body: {} },
      declineMembership: { as: declining, path: { partnerId: partner.id }, body: {} },
      leavePartner: { as: goingAway, path: { partnerId: partner.id } },
      putMember: {
        as: partner.owner,
        path: { memberId: partner.staff('new') },
        body: { roles: [VIEWER_ROLE], federated: true, language: 'ru' },
      },
      deleteMember: { as: partner.owner, path: { memberId: leaving } },
      listApprovals: { as: OPERATOR, query: page },
      getApproval: of(approved, OPERATOR),
      unlinkCloud: { as: partner.owner, path: { customerId: active.id, cloudId: existing.linked } },
      listCustomers: { as: partner.owner, query: { ...page, status: 'ACTIVE', query: 'Customer' } },
      getCustomer: ofWaiting,
      resendInvite: { as: partner.owner, path: { customerId: resent?.id ?? '' }, body: {} },
      getInviteLink: ofWaiting,
      previewInvite: await byLink(accepted),
      acceptInvite: await byLink(accepted, { name: 'Wind' }),
      allowInvitations: await byLink(blocking),
      acceptInviteSignedIn: signedIn(acceptedSignedIn, { name: 'Wind' }),
      declineInvite: await byLink(declined, { noMoreInvitations: true }),
      declineInviteSignedIn: signedIn(declinedSignedIn, { noMoreInvitations: true }),
      createCloud: { ...ofActive, body: { name: 'prod' } },
      listClouds: { ...ofActive, query: page },
      linkCloud: { ...ofActive, body: { cloudId: existing.linkable } },
      listLinkableClouds: { ...ofActive, query: page },
      listMyClouds: { as: active.email ?? '', query: page },
      getMyCloudAccess: { as: active.email ?? '', path: { cloudId: existing.linkable } },
      updateMyCloudAccess: {
        as: active.email ?? '',
        path: { cloudId: existing.linkable },
        body: {
          deltas: [
            {
              action: 'ADD',
              roleId: 'resource-manager.clouds.member',
              subject: { id: 'bound-robot', type: 'SERVICE_ACCOUNT' },
            },
            {
              action: 'ADD',
              roleId: 'resource-manager.clouds.member',
              subject: { id: 'bound@client.example', type: 'USER' },
              expiresAt: '2999-01-01T00:00:00Z',
            },
            { action: 'ADD', roleId: 'resource-manager.clouds.member', subject: { id: 'globex', type: 'PARTNER' } },
          ],
        },
      },
      putPartner: {
        as: OPERATOR,
        path: { partnerId: `${partner.id}-new` },
        body: {
          name: 'Initrode',
          paid: true,
          owners: [`owner@${partner.id}-new.example`],
          domains: [`${partner.id}-new.example`],
        },
      },
      putPartnerMember: {
        as: OPERATOR,
        path: { partnerId: partner.id, memberId: partner.staff('recorded') },
        body: { roles: [VIEWER_ROLE], federated: true },
      },
      deletePartnerMember: { as: OPERATOR, path: { partnerId: partner.id, memberId: removed } },
      putServiceAccount: {
        as: OPERATOR,
        path: { clientId: `${partner.id}-recorded` },
        body: { partnerId: partner.id },
      },
      putAccount: {
        as: OPERATOR,
        path: { email: partner.at('account') },
        body: {
          registered: true,
          customer: false,
          creditBalance: 0.5,
          usingServices: false,
          discounts: false,
          poc: false,
          billingMode: 'PREPAID',
        },
      },
      putAccountCloud: {
        as: OPERATOR,
        path: { email: partner.at('it'), cloudId: `b1g${partner.id}new` },
        body: {
          name: 'new',
          grants: [
            { email: partner.owner, roleId: 'resource-manager.clouds.owner', grantedAt },
            { clientId: partner.robot, roleId: 'resource-manager.clouds.owner', grantedAt },
          ],
          billedTo: 'dn2old',
          outstandingCharges: true,
        },
      },
    });
    const cloud = (name: string) => ({
      name,
      grants: [{ email: partner.owner, roleId: 'resource-manager.clouds.owner', grantedAt }],
      outstandingCharges: false,
    });
    const accountOf = (email: string) => `/v1/provider/accounts/${email}`;
    const account = accountOf(active.email ?? '');
    const put = (path: string, body: object) => request('PUT', path, { as: OPERATOR, body });
    const prepared = [
      await put(accountOf(partner.at('it')), ELIGIBLE),
      await put(account, ELIGIBLE),
      await put(`${account}/clouds/${existing.linkable}`, cloud('linkable')),
      await put(`${account}/clouds/${existing.linkable}too`, cloud('linkable-too')),
      await put(`${account}/clouds/${existing.linked}`, cloud('linked')),
      await request('POST', `/v1/customers/${active.id}/clouds/link`, {
        as: partner.owner,
        body: { cloudId: existing.linked },
      }),
    ];
    if (!onlyRefused) prepared.push(...(await others()));
    expect(prepared.map(({ status }) => status)).toEqual(prepared.map(() => 200));

    /** Puts the customers and members of the other examples into the states that their requests need. */
    async function others(): Promise<Answer[]> {
      // As if the invitations had been sent long ago.
      for (const customer of [resent, changed]) {
        await endCooldown(portal.stack, customer?.id ?? '');
      }
      // As under a program that approves.
      const status = 'APPROVAL_REQUIRED';
      const awaiting = { status, approval: APPROVALS, listOfStatus: customersOfStatus(partner.id, status) };
      for (const customer of [approved, rejected]) await setOnCustomer(portal.stack, customer?.id ?? '', awaiting);
      await inParallel([leaving, removed, goingAway], (id) => portal.addMember(id, 'viewer'));
      for (const each of [blocking, blockingSignedIn])
        expect(
          await request('POST', `/v1/customers/${each?.id}/invite/decline`, {
            as: each?.email ?? '',
            body: { noMoreInvitations: true },
          }),
        ).toMatchObject({ status: 200 });
      return [
        await request('POST', `/v1/customers/${resumed?.id}/suspend`, { as: partner.owner }),
        ...(await inParallel([joining, declining], (id) =>
          request('PUT', `/v1/members/${id}`, { as: partner.owner, body: { roles: [VIEWER_ROLE] } }),
        )),
      ];
    }
  });

  const api: Api = {
    stack: () => portal.stack,
    endpoints: ENDPOINTS,
    examples: () => examples,
    refusalOf: ({ name }, answer, { field }, what) =>
      name === 'importCustomers' && (ROW.test(field ?? '') || answer.status === 200)
        ? { problem: expectRowRefusal(answer, what), field: field?.replace(ROW, '') }
        : { problem: expectRefusal(answer, what), field },
    mayBeEmpty: (endpoint, field, value) => {
      if (value === null) return endpoint.name === 'updateCustomer' && /^(friendlyName$|person\.)/.test(field);
      // Parts of a postal address may be empty.
      if (value === '') return /person\.(name|longname|postCode|postAddress|legalAddress|tin)$/.test(field);
      return field === '' && mayHaveNoFields(endpoint);
    },
    // The refusal of a link's token doesn't say what is wrong with it.
    refusalOfText: ({ access }, field) =>
      access === 'linkHolder' && field === 'token'
        ? { code: 'INVITE_LINK_INVALID' }
        : { code: 'VALIDATION_FAILED', field },
  };

  return { api, examples, customers, existing };
}

const mayHaveNoFields = ({ name, body, bodyOptional }: Endpoint): boolean =>
  bodyOptional === true || name === 'updateCustomer' || Object.keys(body?.shape ?? {}).length === 0;

/** The path of a row in an import. The row's own problem names fields without it. */
export const ROW = /^customers\.\d+(\.|$)/;

/** Requires that an import refuses each of its rows with the problem that the row would get alone. */
function expectRowRefusal({ status, text }: RawAnswer, what: string): ProblemBody {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBe(200);
  const { results } = JSON.parse(text) as { results: { problem?: ProblemBody & { status: number } }[] };
  const problems = results.map(({ problem }) => {
    expect(problem, `${what}: ${text.slice(0, 500)}`).toBeDefined();
    return expectProblem(problem?.status ?? 0, JSON.stringify(problem), what);
  });
  const [first] = problems;
  if (!first) throw new Error(`${what}: there is no row in the answer`);
  return first;
}
