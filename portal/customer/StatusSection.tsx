import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getInviteLink, resendInvite } from '../../shared/contract/contract.ts';
import { useAction, useRead } from '../api/useApi.ts';
import { type Customer, CustomerStatus, isUndeliverable, useDeliveryReason } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { PAGES } from '../pages.ts';
import { useConfig, useMe } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { AddedAgain, InviteAgain, useAddedAgain } from './InviteAgain.tsx';
import type { MayOn } from './mayOn.ts';
import { countdown, type NextStep } from './nextStep.ts';

type StatusSectionProps = { customer: Customer; may: MayOn; next: NextStep; changeEmail: () => void };

/** The status, what the customer waits for, and the next step. */
export function StatusSection({ customer, may, next, changeEmail }: StatusSectionProps) {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormat();
  const follow = useFollow();
  const { brandName: brand } = useConfig();
  const { email, invite, approval, delivery } = customer;
  const { added, isKnown } = useAddedAgain(customer, may.inviteAgain);
  const reasonOf = useDeliveryReason();
  const reason = delivery && reasonOf(delivery);
  const deadline = (invite ?? approval)?.expiresAt ?? customer.noMoreInvitationsUntil;
  // A mail waits for minutes, everything else counts in days.
  const dateOf = ({ status, at }: NonNullable<Customer['delivery']>) =>
    status === 'QUEUED' ? format.time(at) : format.date(at);
  const approvals = PAGES.find(({ navigation, offered }) => navigation === 'approvals' && offered(me));
  return (
    <Container header={<Header>{t('customer.status')}</Header>}>
      <SpaceBetween size="m">
        <div role="status">
          <SpaceBetween size="xs">
            <CustomerStatus customer={customer} />
            <Box>
              {t(`customer.next.${next.status}`, {
                email: email ?? '',
                brand,
                date: deadline === undefined ? '' : format.date(deadline),
              })}
              {next.advice && isKnown && !added && ` ${t(`customer.advice.${next.advice}`)}`}
            </Box>
            {next.mail && (
              <Box>
                {t(`customer.mail.${next.mail}`, { date: delivery ? dateOf(delivery) : '' })}
                {reason !== undefined && ` ${reason}`}
                {next.mailAdvice && ` ${t(`customer.mailAdvice.${next.mailAdvice}`)}`}
              </Box>
            )}
          </SpaceBetween>
        </div>
        {approvals && customer.status === 'APPROVAL_REQUIRED' && (
          <Link href={approvals.path} onFollow={follow}>
            {t('customer.toApprovals')}
          </Link>
        )}
        {may.resend && <Resend customer={customer} {...(may.changeEmail && { changeEmail })} />}
        {added ? <AddedAgain added={added} /> : may.inviteAgain && isKnown && <InviteAgain customer={customer} />}
        {may.copyLink && <CopyLink customer={customer} />}
      </SpaceBetween>
    </Container>
  );
}

/** The button that sends the invitation again, once the cooldown is over. */
function Resend({ customer, changeEmail }: { customer: Customer; changeEmail?: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const { id: customerId, email, invite } = customer;
  const resend = useAction(
    resendInvite,
    () => notify({ type: 'success', content: t('customer.resent', { email: email ?? '' }) }),
    customer.version,
  );
  const left = useCountdown(invite?.resendableAt);
  const undeliverable = isUndeliverable(customer) || isEmailUndeliverable(resend.problem);
  const isQueued = customer.delivery?.status === 'QUEUED';
  const hindrance = undeliverable ? 'undeliverable' : isQueued ? 'queued' : left === undefined ? undefined : 'spared';
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Button
          loading={resend.isRunning}
          disabled={hindrance !== undefined}
          disabledReason={hindrance === undefined ? '' : t(`customer.${hindrance}`)}
          onClick={() => void resend.run({ path: { customerId } })}
        >
          {t('customer.resend')}
        </Button>
        {undeliverable && changeEmail && <Button onClick={changeEmail}>{t('customer.changeEmail')}</Button>}
        {hindrance === 'spared' && (
          <Box color="text-body-secondary">{t('customer.resendIn', { time: left ?? '' })}</Box>
        )}
      </SpaceBetween>
      <ProblemAlert problem={resend.problem} title={t('customer.notResent')} dismiss={resend.reset} />
    </SpaceBetween>
  );
}

const isEmailUndeliverable = (problem: { code: string } | null) => problem?.code === 'EMAIL_UNDELIVERABLE';

/** The time until a moment, updated each second; undefined when the moment is past. */
function useCountdown(until: string | undefined): string | undefined {
  const [now, setNow] = useState(Date.now);
  const left = until === undefined ? undefined : countdown(until, now);
  const isRunning = left !== undefined;
  useEffect(() => {
    if (!isRunning) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return left;
}

function CopyLink({ customer: { id: customerId, email } }: { customer: Customer }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useRead(getInviteLink, { path: { customerId } });
  return (
    <SpaceBetween size="xxs">
      <ProblemAlert problem={error} title={t('customer.linkNotRead')} retry={() => void refetch()} />
      {data && (
        <CopyToClipboard
          copyButtonText={t('customer.copyLink')}
          textToCopy={data.link}
          copySuccessText={t('customer.copied')}
          copyErrorText={t('customer.notCopied', { link: data.link })}
        />
      )}
      <Box color="text-body-secondary" fontSize="body-s">
        {t('customer.linkText', { email: email ?? '' })}
      </Box>
    </SpaceBetween>
  );
}
