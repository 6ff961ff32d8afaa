import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useTranslation } from 'react-i18next';
import { listCustomers } from '../../shared/contract/contract.ts';
import { useRead } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { isOver } from './mayOn.ts';

/**
 * The customer that was added with the same address after this one's way had ended.
 *
 * @returns undefined if there is none; also `isKnown`, whether the answer is there, or can't be had
 */
export function useAddedAgain({ id, email }: Customer, isAsked: boolean): { added?: Customer; isKnown: boolean } {
  const enabled = isAsked && email !== null;
  const { data, isPending } = useRead(listCustomers, { query: { query: email ?? '' } }, { enabled });
  const added = data?.customers.find((each) => each.id !== id && each.email === email && !isOver(each));
  return { ...(enabled && added && { added }), isKnown: !(enabled && isPending) };
}

/** Leads to the form that adds customers, filled in with a customer whose way has ended: it gets a new invitation. */
export function InviteAgain({ customer: { id, email } }: { customer: Customer }) {
  const { t } = useTranslation();
  const follow = useFollow();
  return (
    <Button href={`/customers/add?again=${id}`} onFollow={follow}>
      {t(email === null ? 'customer.addAgain' : 'customer.inviteAgain')}
    </Button>
  );
}

/** Leads to the customer that was added again. */
export function AddedAgain({ added: { id, name } }: { added: Customer }) {
  const { t } = useTranslation();
  const follow = useFollow();
  return (
    <Box>
      {`${t('customer.addedAgain')} `}
      <Link href={`/customers/${id}`} onFollow={follow}>
        {name}
      </Link>
    </Box>
  );
}
