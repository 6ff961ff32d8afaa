import Box from '@cloudscape-design/components/box';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mayPass } from '../../shared/client/client.ts';
import { resendInvite } from '../../shared/contract/contract.ts';
import { inParallel } from '../../shared/inParallel.ts';
import { ActionKey } from '../api/ActionKey.ts';
import { useClient } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { shortened } from '../language/shortened.ts';
import { useProblemText } from '../shell/problemText.ts';
import { type Customer, isUndeliverable } from './customerStatus.tsx';

/** Requests at a time: a page of customers takes seconds, and other callers of the API notice nothing. */
const PARALLEL = 4;

type Result = 'sent' | Error;

/** The reason why an invitation can't be sent again now; undefined if it can. */
function useHindrance(): (customer: Customer) => string | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  return (customer) => {
    const { resendableAt } = customer.invite ?? {};
    if (isUndeliverable(customer)) return t('resend.undeliverable');
    if (customer.delivery?.status === 'QUEUED')
      return t('resend.queued', { since: format.since(customer.delivery.at) });
    if (resendableAt === undefined || Date.parse(resendableAt) <= Date.now()) return undefined;
    return t('resend.spared', { when: format.relative(resendableAt) });
  };
}

/** Sends the invitations of several customers again, if possible now, and shows the result of each. */
export function ResendDialog({ customers, close }: { customers: readonly Customer[]; close: () => void }) {
  const { t } = useTranslation();
  const call = useClient();
  const queries = useQueryClient();
  const problemText = useProblemText();
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  const [isRunning, setRunning] = useState(false);
  const keys = useRef(new Map<string, ActionKey>());

  const hindranceOf = useHindrance();
  // Computed when the dialog opens: a mail that this dialog sends must not count as a hindrance.
  const [hindered] = useState(() => new Map(customers.map((customer) => [customer.id, hindranceOf(customer)])));
  const asked = customers.filter(({ id }) => hindered.get(id) === undefined);
  const left = asked.filter(({ id }) => results.get(id) !== 'sent' && !isRefused(results.get(id)));
  const isThrough = results.size > 0 && left.length === 0 && !isRunning;
  const closing = useRef<ButtonProps.Ref>(null);
  // The button that was pressed is gone by then.
  useEffect(() => {
    if (isThrough) closing.current?.focus();
  }, [isThrough]);
  const sent = [...results.values()].filter((result) => result === 'sent').length;
  const resend = async () => {
    setRunning(true);
    await inParallel(left, PARALLEL, async ({ id }) => {
      const actionKey = keys.current.get(id) ?? new ActionKey();
      keys.current.set(id, actionKey);
      const result = await call(resendInvite, { path: { customerId: id } }, { key: actionKey.for(id) }).then(
        () => 'sent' as const,
        (problem: Error) => problem,
      );
      setResults((before) => new Map(before).set(id, result));
    });
    setRunning(false);
    await queries.invalidateQueries();
  };

  return (
    <Modal
      visible
      header={t('resend.title')}
      onDismiss={({ detail }) => detail.reason !== 'overlay' && !isRunning && close()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button ref={closing} variant="link" disabled={isRunning} onClick={close}>
              {results.size > 0 ? t('close') : t('cancel')}
            </Button>
            {left.length > 0 && (
              <Button variant="primary" loading={isRunning} onClick={() => void resend()}>
                {results.size > 0 && !isRunning ? t('retry') : t('resend.send', { count: asked.length })}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {results.size === 0 && !isRunning ? (
          <Box>{t(asked.length > 0 ? 'resend.text' : 'resend.none')}</Box>
        ) : (
          <ProgressBar
            value={(100 * results.size) / asked.length}
            label={t('resend.progress', { sent, count: asked.length })}
          />
        )}
        <ul className="plain">
          {customers.map(({ id, name, email }) => {
            const result = results.get(id);
            const hindrance = hindered.get(id);
            return (
              <li key={id}>
                <Box fontWeight="bold" display="inline">
                  {shortened(name)}
                </Box>{' '}
                <Box color="text-body-secondary" display="inline">
                  {email}
                </Box>
                {hindrance !== undefined && (
                  <div>
                    <StatusIndicator type="stopped">
                      <span className="words">{hindrance}</span>
                    </StatusIndicator>
                  </div>
                )}
                {result === 'sent' && (
                  <div>
                    <StatusIndicator type="success">{t('resend.sent')}</StatusIndicator>
                  </div>
                )}
                {result instanceof Error && (
                  <div>
                    <StatusIndicator type="error">
                      <span className="words">{problemText(result)}</span>
                    </StatusIndicator>
                  </div>
                )}
              </li>
            );
          })}
        </ul>
      </SpaceBetween>
    </Modal>
  );
}

/** Whether a retry would get the same answer. */
const isRefused = (result: Result | undefined) => result instanceof Error && !mayPass(result);
