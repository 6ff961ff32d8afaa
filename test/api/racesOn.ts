import { afterEach, expect } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, type TestPortal } from '../stack.ts';

/** Helpers for the tests of races: they make another request right before a function's first commit. */
export function racesOn(portal: TestPortal) {
  const { request, partner } = portal;
  /** The answer to the request that was made right before a commit. */
  const interferences: { functionName: string; answer?: Answer }[] = [];
  afterEach(() => {
    portal.stack.aws.interfere = () => undefined;
    for (const { functionName, answer } of interferences.splice(0))
      expect(answer?.status, `before the commit of ${functionName}`).toBeLessThan(300);
  });

  /** Does something else right before a function's first commit. It has to succeed. If the SDK sends that commit again, this waits, too. */
  function beforeCommitOf(functionName: string, act: () => Promise<Answer>): void {
    const mine: (typeof interferences)[number] = { functionName };
    interferences.push(mine);
    let commit: unknown;
    let acted: Promise<undefined> | undefined;
    const acting = async (): Promise<undefined> => {
      mine.answer = await act();
    };
    portal.stack.aws.interfere = ({ functionName: by, operation, input }) => {
      if (by !== functionName || operation !== 'TransactWriteItems') return undefined;
      commit ??= input['ClientRequestToken'];
      if (input['ClientRequestToken'] !== commit) return undefined;
      acted ??= acting();
      return { before: () => acted };
    };
  }

  const get = async (id: string) =>
    (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: partner.owner })).body;

  /** Makes a person a member of a partner, as the operator does. */
  const join = (memberId: string, role = 'viewer', of = partner.id) =>
    request('PUT', `/v1/provider/partners/${of}/members/${memberId}`, {
      as: OPERATOR,
      body: { roles: [`billing.accounts.${role}`] },
    });
  let clouds = 0;
  /** Records a cloud of an account, on which these people have held the linking role since yesterday. */
  async function cloudOf(account: string, ...emails: string[]): Promise<string> {
    const cloudId = `${partner.id}-raced-${++clouds}`;
    const path = `/v1/provider/accounts/${account}`;
    const grantedAt = new Date(Date.now() - DAY_MS).toISOString();
    const grants = emails.map((email) => ({ email, roleId: LINKING_ROLE, grantedAt }));
    await request('PUT', path, { as: OPERATOR, body: ELIGIBLE });
    const body = { name: cloudId, grants, outstandingCharges: false };
    expect(await request('PUT', `${path}/clouds/${cloudId}`, { as: OPERATOR, body })).toMatchObject({ status: 200 });
    return cloudId;
  }
  const link = (customerId: string, cloudId: string, as = partner.owner) =>
    request('POST', `/v1/customers/${customerId}/clouds/link`, { as, body: { cloudId } });

  return { beforeCommitOf, get, join, cloudOf, link };
}
