import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import { listPartnerLog, type partnerEvent } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { useActorName } from '../customer/eventSentence.ts';
import { useRoleName } from '../customer/roleName.ts';
import { useFormat } from '../language/format.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';

type PartnerEvent = z.output<typeof partnerEvent>;

/** The data of the events that the sentences use, as the functions write them. */
type EventData = {
  member?: { id: string };
  roles?: string[];
  federated?: boolean;
  lapsesAt?: string;
  customerId?: string;
  code?: string;
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
  const actorName = useActorName();
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listPartnerLog,
    { query: { pageSize: '20' } },
  );
  const events = pages.flatMap((page) => page.events);
  useKeepFocus(isPending ? '' : String(hasNextPage));
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
                    {` · ${actorName(event.actor)}`}
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
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const roleName = useRoleName();
  /** The rule of the program that an account has broken. */
  const rule = (code: string) => {
    const key = `addCustomers.errors.${code.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}`;
    return i18n.exists(key) ? [`${t(key as 'addCustomers.errors.accountUsesPoc')}.`] : [];
  };
  return ({ type, data }) => {
    const { member, roles = [], federated, lapsesAt, customerId, clientId, email } = data as EventData;
    const { code, name, paid, domains } = data as EventData;
    if (type !== 'PartnerUpdated') {
      // An open portal may be older than the functions.
      if (!i18n.exists(`members.log.events.${type}`)) return t('members.log.other', { type });
      const id = member?.id ?? customerId ?? clientId ?? email ?? '';
      return [
        t(`members.log.events.${type}`, { id, roles: roles.map(roleName).join(', ') }),
        ...(federated && type !== 'MemberRemoved' && type !== 'MemberLeft' ? [`${t('members.federated')}.`] : []),
        ...(lapsesAt === undefined ? [] : [t('members.log.until', { date: format.date(lapsesAt) })]),
        ...(code === undefined ? [] : rule(code)),
      ].join(' ');
    }
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
