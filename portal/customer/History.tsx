import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import { useTranslation } from 'react-i18next';
import type { listEvents } from '../../shared/contract/contract.ts';
import type { useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { type HistoryEvent, useActorName, useEventSentence } from './eventSentence.ts';

const STEP_TYPES: Record<string, StepsProps.Status> = {
  InvitationAccepted: 'success',
  CustomerApproved: 'success',
  CustomerActivated: 'success',
  InvitationDeclined: 'error',
  CustomerRejected: 'error',
  CustomerExpired: 'warning',
  ReminderSkipped: 'warning',
  CustomerSuspended: 'stopped',
};

type HistoryProps = {
  events: readonly HistoryEvent[];
  read: Omit<ReturnType<typeof useReadPages<typeof listEvents>>, 'pages'>;
};

/** The history of a customer: each change with its author and time, oldest first. */
export function History({ events, read }: HistoryProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = useEventSentence(events);
  const actorName = useActorName();
  const { error, isPending, hasNextPage, isFetchingNextPage } = read;
  useKeepFocus(isPending ? '' : String(hasNextPage));
  return (
    <Container header={<Header>{t('history.title')}</Header>}>
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('history.notRead')} retry={() => void read.refetch()} />
        {isPending && !error && <Waiting text={t('loading')} />}
        {events.length > 0 && (
          <Steps
            ariaLabel={t('history.title')}
            // The text has the ordinary color: only the mark has the color of the event.
            renderStep={({ header, details }) => ({
              header: <Box padding={{ left: 'xxs' }}>{header}</Box>,
              details: (
                <Box padding={{ left: 'xxs', bottom: 's' }} color="text-body-secondary" fontSize="body-s">
                  {details}
                </Box>
              ),
            })}
            steps={events.map((event) => ({
              status: STEP_TYPES[event.type] ?? 'info',
              header: sentence(event),
              details: (
                <>
                  <time dateTime={event.at}>{format.time(event.at)}</time>
                  {` · ${actorName(event.actor)}`}
                </>
              ),
            }))}
          />
        )}
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            {t('history.more')}
          </Button>
        )}
      </SpaceBetween>
    </Container>
  );
}
