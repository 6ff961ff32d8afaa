import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';
import type { Customer } from '../customers/customerStatus.tsx';
import { useFollow } from '../shell/useFollow.ts';

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
