import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { approveCustomer, rejectCustomer } from '../../shared/contract.ts';
import { useAction } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { useNotify } from '../shell/notifications.tsx';

/** Approves a customer, or rejects it for a reason. */
export function Decision({ customer: { id, name, partnerId } }: { customer: Customer }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [open, setOpen] = useState<'approve' | 'reject'>();
  const [reason, setReason] = useState('');
  const done = (content: string) => {
    setOpen(undefined);
    notify({ type: 'success', content });
  };
  const approve = useAction(approveCustomer, () => done(t('approvals.approved', { name })));
  const reject = useAction(rejectCustomer, () => done(t('approvals.rejected', { name })));
  const show = (what: typeof open) => {
    approve.reset();
    reject.reset();
    setOpen(what);
  };
  const close = () => setOpen(undefined);
  const path = { customerId: id };
  const said = reason.trim();
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        <Button ariaLabel={t('approvals.rejectNamed', { name })} onClick={() => show('reject')}>
          {t('approvals.reject')}
        </Button>
        <Button ariaLabel={t('approvals.approveNamed', { name })} onClick={() => show('approve')}>
          {t('approvals.approve')}
        </Button>
      </SpaceBetween>
      {open === 'approve' && (
        <Dialog
          title={t('approvals.approveNamed', { name })}
          submitText={t('approvals.approve')}
          isRunning={approve.isRunning}
          problem={approve.problem}
          submit={() => void approve.run({ path })}
          close={close}
        >
          <Box>{t('approvals.approveText', { name, partner: partnerId })}</Box>
        </Dialog>
      )}
      {open === 'reject' && (
        <Dialog
          title={t('approvals.rejectNamed', { name })}
          submitText={t('approvals.reject')}
          isRunning={reject.isRunning}
          problem={reject.problem}
          submit={() => void reject.run({ path, ...(said !== '' && { body: { reason: said } }) })}
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
            <Textarea rows={3} value={reason} onChange={({ detail }) => setReason(detail.value)} />
          </FormField>
        </Dialog>
      )}
    </>
  );
}
