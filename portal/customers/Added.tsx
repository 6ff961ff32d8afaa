import Link from '@cloudscape-design/components/link';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { shortened } from '../language/shortened.ts';
import { useFollow } from '../shell/useFollow.ts';
import type { Customer } from './customerStatus.tsx';

/** Of many customers, so many are named. The newest customers are at the top of the list. */
const MAX_NAMED = 5;
/** Stands for the link in a sentence. No name contains it. */
const PLACE = '\0';

/** Says which customers were added, and leads to them. */
export function Added({ customers }: { customers: readonly Customer[] }) {
  const { t } = useTranslation();
  const isServed = customers.some(({ email }) => email === null);
  const [first, ...others] = customers;
  if (first && others.length === 0) {
    const [before, after] = t(isServed ? 'addCustomers.servedOne' : 'addCustomers.addedOne', { name: PLACE }).split(
      PLACE,
    );
    return (
      <>
        {before}
        <ToCustomer customer={first} />
        {after}
      </>
    );
  }
  return (
    <>
      {t(isServed ? 'addCustomers.addedSome' : 'addCustomers.added', { count: customers.length })}
      <br />
      {customers.slice(0, MAX_NAMED).map((customer, index) => (
        <Fragment key={customer.id}>
          {index > 0 && ', '}
          <ToCustomer customer={customer} />
        </Fragment>
      ))}
      {customers.length > MAX_NAMED && ', …'}
    </>
  );
}

function ToCustomer({ customer: { id, name } }: { customer: Customer }) {
  const follow = useFollow();
  return (
    <Link href={`/customers/${id}`} color="inverted" onFollow={follow}>
      {shortened(name)}
    </Link>
  );
}
