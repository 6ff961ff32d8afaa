import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { allowInvitationsSignedIn, listBlockedPartners } from '../../shared/contract/contract.ts';
import { useAction, useReadOn, useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';

/** The partners from which the person wants no more invitations. Lifts this wish. */
export function BlockedPartners() {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useReadPages(listBlockedPartners, {});
  useReadOn(read);
  const partners = read.pages.flatMap((page) => page.partners);
  useKeepFocus(read.isPending ? '' : partners.map(({ id }) => id).join());
  if (partners.length === 0 && !read.error) return null;
  return (
    <Container header={<Header>{t('myInvitations.blocked.title')}</Header>}>
      <SpaceBetween size="m">
        <ProblemAlert
          problem={read.error}
          title={t('myInvitations.blocked.notRead')}
          retry={() => void read.refetch()}
        />
        {partners.length > 0 && (
          <Rows
            label={t('myInvitations.blocked.title')}
            rows={partners.map(({ id, name, until }) => ({
              id,
              content: (
                <>
                  <Box fontWeight="bold">{name}</Box>
                  <Box color="text-body-secondary" fontSize="body-s">
                    {t('myInvitations.blocked.until', { date: format.time(until) })}
                  </Box>
                </>
              ),
              action: <AllowInvitations partnerId={id} partner={name} isNamed />,
            }))}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}

type AllowInvitationsProps = {
  partnerId: string;
  partner: string;
  /** Whether a screen reader needs the partner's name, because the page has several such buttons. */
  isNamed?: true;
};

/** The button with which a person lets a partner invite again. */
export function AllowInvitations({ partnerId, partner, isNamed }: AllowInvitationsProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const allow = useAction(allowInvitationsSignedIn, () =>
    notify({ type: 'success', content: t('myInvitations.blocked.allowed', { partner }) }),
  );
  return (
    <SpaceBetween size="xs">
      <Button
        loading={allow.isRunning}
        {...(isNamed && { ariaLabel: t('myInvitations.blocked.allowNamed', { partner }) })}
        onClick={() => void allow.run({ path: { partnerId } })}
      >
        {t('myInvitations.blocked.allow')}
      </Button>
      <ProblemAlert problem={allow.problem} />
    </SpaceBetween>
  );
}
