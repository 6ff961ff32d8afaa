import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { listMembers } from '../../shared/contract/contract.ts';
import { OWNER_ROLE } from '../../shared/contract/roles.ts';
import { useReadOn, useReadPages } from '../api/useApi.ts';
import { useRoleName } from '../customer/roleName.ts';
import type { PageEntry } from '../pages.ts';
import { may, useConfig, useMe } from './me.ts';
import { OtherAccount } from './OtherAccount.tsx';
import { Page } from './Page.tsx';
import { useFollow } from './useFollow.ts';

/** Replaces a page that exists, but is not for the person: says whose it is, and whom to ask. */
export function NotOffered({ of }: Pick<PageEntry, 'of'>) {
  const { t } = useTranslation();
  const me = useMe();
  const { brandName: brand } = useConfig();
  const follow = useFollow();
  const roleName = useRoleName();
  const isRoleMissing = of === 'partner' && me.partner !== null;
  return (
    <Page title={t('notOffered.title')}>
      <SpaceBetween size="m">
        {isRoleMissing ? (
          <>
            <Box>
              {t('notOffered.role', { partner: me.partner?.name ?? '', roles: me.roles.map(roleName).join(', ') })}
            </Box>
            <Owners />
          </>
        ) : (
          <Box>{t(of === 'operator' ? 'notOffered.operator' : 'notOffered.partner', { brand })}</Box>
        )}
        <Link href="/" onFollow={follow}>
          {t('notFound.back')}
        </Link>
        <OtherAccount />
      </SpaceBetween>
    </Page>
  );
}

/** The people who can change the person's role. */
function Owners() {
  const { t } = useTranslation();
  const me = useMe();
  const read = useReadPages(listMembers, {}, { enabled: may(me, 'viewAccount') });
  useReadOn(read);
  const owners = read.pages
    .flatMap(({ members }) => members)
    .filter(({ kind, status, roles }) => kind === 'USER' && status === 'ACTIVE' && roles.includes(OWNER_ROLE));
  const partner = me.partner?.name ?? '';
  if (owners.length === 0) return <Box>{t('notOffered.askOwner', { partner })}</Box>;
  return (
    <div>
      <Box>{t('notOffered.askOwners', { partner })}</Box>
      <ul>
        {owners.map(({ id }) => (
          <li key={id}>
            <Link href={`mailto:${id}`}>{id}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
