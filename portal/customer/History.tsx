import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { listEvents } from '../../shared/contract/contract.ts';
import { useReadOn, type useReadPages } from '../api/useApi.ts';
import { DELIVERY_TYPES, useDeliveryReason } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { useConfig } from '../shell/me.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { type HistoryEvent, useActorName, useEventSentence } from './eventSentence.ts';
import { HISTORY_KINDS, type HistoryKind, isOfKind } from './historyKinds.ts';

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

/** The history of a customer, newest first: each change with its author and time, and the fate of the mails that it called for. */
export function History({ events, read }: HistoryProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = useEventSentence(events);
  const actorName = useActorName();
  const [kind, setKind] = useState<HistoryKind>();
  /** How many events the person has asked for: further pages are read until so many are of the kind. */
  const [asked, setAsked] = useState(1);
  const shown = kind === undefined ? events : events.filter((event) => isOfKind(event, kind));
  const { error, isPending, hasNextPage, isFetchingNextPage } = read;
  useReadOn(read, shown.length >= asked);
  useKeepFocus(isPending ? '' : String(hasNextPage));
  const options = [
    { value: '', label: t('history.filters.all') },
    ...HISTORY_KINDS.map((value) => ({ value, label: t(`history.filters.${value}`) })),
  ];
  return (
    <Container
      header={
        <Header
          actions={
            <Select
              ariaLabel={t('history.filter')}
              options={options}
              selectedOption={options.find(({ value }) => value === (kind ?? '')) ?? null}
              onChange={({ detail }) => {
                setKind((detail.selectedOption.value || undefined) as HistoryKind | undefined);
                setAsked(1);
              }}
            />
          }
        >
          {t('history.title')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('history.notRead')} retry={() => void read.refetch()} />
        {isPending && !error && <Waiting text={t('loading')} />}
        {!isPending && !error && shown.length === 0 && !hasNextPage && <Box>{t('history.noMatch')}</Box>}
        {shown.length > 0 && (
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
            steps={shown.map((event) => ({
              status: STEP_TYPES[event.type] ?? 'info',
              header: sentence(event),
              details: (
                <>
                  <time dateTime={event.at}>{format.time(event.at)}</time>
                  {` · ${actorName(event.actor)}`}
                  {event.mails?.map((mail) => (
                    <MailFate key={mail.kind} mail={mail} />
                  ))}
                </>
              ),
            }))}
          />
        )}
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => setAsked(shown.length + 1)}>
            {t('history.more')}
          </Button>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** A mail, and the newest that is known of it. */
function MailFate({ mail }: { mail: NonNullable<HistoryEvent['mails']>[number] }) {
  const { kind, to, status, at } = mail;
  const { t } = useTranslation();
  const format = useFormat();
  const reason = useDeliveryReason()(mail);
  const { brandName } = useConfig();
  const recipient = to === 'OWNERS' ? t('history.recipients.OWNERS') : to === 'OPERATORS' ? brandName : to;
  const fate = status === 'DROPPED' ? t('history.dropped') : t(`delivery.${status}`, { since: format.since(at) });
  return (
    <div>
      {`${t(`history.mails.${kind}`, { to: recipient })}: `}
      <StatusIndicator type={status === 'DROPPED' ? 'stopped' : DELIVERY_TYPES[status]}>
        <span className="words">
          {status === 'QUEUED' ? fate : `${fate}, ${format.time(at)}`}
          {reason !== undefined && `. ${reason}`}
        </span>
      </StatusIndicator>
    </div>
  );
}
