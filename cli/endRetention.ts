/** Ends the retention of a customer whose status would keep it. For the customers of smoke tests. */
import { holderOf } from '../shared/cloud/accountCloud.ts';
import { Problem } from '../shared/contract/problem.ts';
import {
  accountCloudKey,
  CLOUD_PREFIX,
  customerKey,
  duePartition,
  grantKey,
  invitedKey,
  type Key,
} from '../shared/table/keys.ts';
import { type Alongside, getItem, queryAll, remove, transact, update } from '../shared/table/table.ts';

const PAGE_SIZE = 100;

/**
 * Makes a customer due for its removal, whatever its status, so that the next cleanup removes it with its events, clouds and access. Releases
 * its address, and removes its clouds from the account of the address. May be repeated.
 *
 * @param account the invited address, in canonical form
 * @throws Problem CUSTOMER_NOT_FOUND if there is no such customer with this address
 */
export async function endRetention(customerId: string, account: string): Promise<void> {
  const key = customerKey(customerId);
  const customer = await getItem(key);
  if (customer?.['email'] !== account)
    throw new Problem('CUSTOMER_NOT_FOUND', `No customer ${customerId} has this address.`);
  const mine = (item: Key): Alongside => ({
    write: remove(item, {
      condition: 'attribute_not_exists(pk) OR customerId = :customerId',
      values: { ':customerId': customerId },
    }),
    refused: 'omit',
  });
  const clouds: string[] = [];
  const pages = queryAll({
    condition: 'pk = :pk AND begins_with(sk, :prefix)',
    values: { ':pk': key.pk, ':prefix': CLOUD_PREFIX },
    limit: PAGE_SIZE,
  });
  for await (const page of pages) clouds.push(...page.map(({ sk }) => sk.slice(CLOUD_PREFIX.length)));
  const past = new Date(0).toISOString();
  await transact([
    {
      write: update(key, 'SET removeAt = :past, dueAt = :past, due = :due', {
        condition: 'email = :account',
        values: { ':past': past, ':due': duePartition('STATE', customerId), ':account': account },
      }),
      refused: 'conflict',
    },
    // The program decides whether an address is held for one partner or for all.
    ...[String(customer['partnerId']), '*'].map((scope) => mine(invitedKey(account, scope))),
    ...clouds.flatMap((cloudId): Alongside[] => [
      { write: remove(accountCloudKey(cloudId)), refused: 'conflict' },
      { write: remove(grantKey(holderOf({ account }), cloudId)), refused: 'conflict' },
    ]),
  ]);
}
