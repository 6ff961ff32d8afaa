import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useTranslation } from 'react-i18next';
import { approveCustomer, getApproval, rejectCustomer } from '../../shared/contract/contract.ts';
import { useAction, useRead } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useTyped } from '../shell/typed.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { Eligibility } from './Eligibility.tsx';

/** An answer that an operator is about to give, and its customer. */
export type Deciding = { answer: 'approve' | 'reject'; customer: Customer };

type DecisionProps = { customer: Customer; decide: (deciding: Deciding) => void };

/** The buttons for the two answers to a customer that awaits approval. */
export function Decision({ customer, decide }: DecisionProps) {
  const { t } = useTranslation();
  const { name } = customer;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {(['reject', 'approve'] as const).map((answer) => (
        <Button
          key={answer}
          ariaLabel={t(`approvals.${answer}Named`, { name })}
          onClick={() => decide({ answer, customer })}
        >
          {t(`approvals.${answer}`)}
        </Button>
      ))}
    </SpaceBetween>
  );
}

type DialogProps = { deciding: Deciding | undefined; close: () => void };

/**
 * Approves a customer, or rejects it for a reason. Render it beside the customer, not inside: if someone else decides first, the
 * customer leaves the page, and the refusal must stay.
 */
export function DecisionDialog({ deciding, close }: DialogProps) {
  if (!deciding) return null;
  const { answer, customer } = deciding;
  return answer === 'approve' ? (
    <Approve customer={customer} close={close} />
  ) : (
    <Reject customer={customer} close={close} />
  );
}

type AnswerProps = { customer: Customer; close: () => void };

function Approve({ customer: { id, name, partnerId }, close }: AnswerProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const path = { customerId: id };
  const { data, error, isFetching, refetch } = useRead(getApproval, { path }, { isFresh: true });
  const known = isFetching ? undefined : data;
  const isDecided = known?.customer.approval === null;
  const approve = useAction(approveCustomer, () => {
    close();
    notify({ type: 'success', content: t('approvals.approved', { name }) });
  });
  return (
    <Dialog
      title={t('approvals.approveNamed', { name })}
      submitText={t('approvals.approve')}
      // The operator reads the rules first. They also move the button when they arrive.
      disabled={isFetching || isDecided}
      isRunning={approve.isRunning}
      problem={approve.problem}
      submit={() => void approve.run({ path })}
      close={close}
    >
      <Box>
        {isDecided
          ? t(`approvals.status.${known.customer.status}`)
          : t('approvals.approveText', { name, partner: data?.partner.name ?? partnerId })}
      </Box>
      <ProblemAlert problem={error} title={t('approvals.rulesNotRead')} retry={() => void refetch()} />
      {known && <Eligibility rules={known.eligibility} />}
      {isFetching && <Waiting text={t('loading')} />}
    </Dialog>
  );
}

function Reject({ customer: { id, name }, close: leave }: AnswerProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [reason, change, forget] = useTyped<string>(`rejection.${id}`, (typed = '') => typed);
  const close = () => {
    forget();
    leave();
  };
  const reject = useAction(rejectCustomer, () => {
    close();
    notify({ type: 'success', content: t('approvals.rejected', { name }) });
  });
  const said = reason.trim();
  return (
    <Dialog
      title={t('approvals.rejectNamed', { name })}
      submitText={t('approvals.reject')}
      isRunning={reject.isRunning}
      problem={reject.problem}
      submit={() => void reject.run({ path: { customerId: id }, ...(said !== '' && { body: { reason: said } }) })}
      close={close}
    >
      <Box>{t('approvals.rejectText', { name })}</Box>
      <FormField
        label={
          <>
            {t('approvals.reason')} <i>({t('optional')})</i>
          </>
        }
        constraintText={t('approvals.reasonText')}
      >
        <Textarea rows={3} value={reason} onChange={({ detail }) => change(() => detail.value)} />
      </FormField>
    </Dialog>
  );
}
