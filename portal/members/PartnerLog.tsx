import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import { listPartnerLog, type partnerEvent } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { useRoleName } from '../customer/roleName.ts';
import { useFormat } from '../language/format.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { Waiting } from '../shell/Waiting.tsx';

type PartnerEvent = z.output<typeof partnerEvent>;

/** The data of the events that the sentences use, as the functions write them. */
type EventData = {
  member?: { id: string };
  roles?: string[];
  clientId?: string;
  email?: string;
  name?: string;
  paid?: boolean;
  domains?: string[];
};

/** The partner's log: who changed what about the partner, newest first. */
export function PartnerLog() {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = useSentence();
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listPartnerLog,
    { query: { pageSize: '20' } },
  );
  const events = pages.flatMap((page) => page.events);
  return (
    <Container header={<Header description={t('members.log.description')}>{t('members.log.title')}</Header>}>
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('members.log.notRead')} retry={() => void refetch()} />
        {isPending && !error && <Waiting text={t('loading')} />}
        {events.length > 0 && (
          <Rows
            label={t('members.log.title')}
            rows={events.map((event) => ({
              id: event.id,
              content: (
                <>
                  <Box>{sentence(event)}</Box>
                  <Box color="text-body-secondary" fontSize="body-s">
                    <time dateTime={event.at}>{format.time(event.at)}</time>
                    {` · ${event.actor === 'OPERATOR' ? t('account.operator') : event.actor}`}
                  </Box>
                </>
              ),
            }))}
          />
        )}
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('members.log.more')}
          </Button>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** Turns an event of a partner into a sentence. */
function useSentence(): (event: PartnerEvent) => string {
  const { t } = useTranslation();
  const roleName = useRoleName();
  return ({ type, data }) => {
    const { member, roles = [], clientId, email = '', name, paid, domains } = data as EventData;
    if (type !== 'PartnerUpdated')
      return t(`members.log.events.${type}`, {
        id: member?.id ?? clientId ?? email,
        roles: roles.map(roleName).join(', '),
      });
    return [
      ...(name === undefined ? [] : [t('members.log.name', { name })]),
      ...(paid === undefined ? [] : [t(paid ? 'members.log.paid' : 'members.log.unpaid')]),
      ...(domains === undefined
        ? []
        : [
            domains.length > 0 ? t('members.log.domains', { domains: domains.join(', ') }) : t('members.log.noDomains'),
          ]),
    ].join(' ');
  };
}
