import Link from '@cloudscape-design/components/link';
import { useTranslation } from 'react-i18next';
import { useConfig } from './me.ts';

/** Leads from a notification to the sent mails. Only the stack on a laptop can show them. @param to shows only the mails to this address */
export function InboxLink({ to }: { to?: string | undefined }) {
  const { t } = useTranslation();
  const { inbox } = useConfig();
  if (inbox === undefined) return null;
  const query = to === undefined ? '' : `?${new URLSearchParams({ search: to })}`;
  return (
    <Link external color="inverted" href={`${inbox}/${query}`}>
      {t('addCustomers.inbox')}
    </Link>
  );
}
