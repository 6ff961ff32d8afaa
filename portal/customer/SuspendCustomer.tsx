import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { suspendCustomer } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { Dialog } from '../shell/Dialog.tsx';

export function SuspendCustomer({ customer: { id, name }, close }: { customer: Customer; close: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const suspend = useAction(suspendCustomer, close);
  const said = reason.trim();
  return (
    <Dialog
      dangerous
      title={t('customer.suspendNamed', { name })}
      submitText={t('customer.suspend')}
      isRunning={suspend.isRunning}
      problem={suspend.problem}
      submit={() => void suspend.run({ path: { customerId: id }, ...(said !== '' && { body: { reason: said } }) })}
      close={close}
    >
      <Box>{t('customer.suspendText')}</Box>
      <FormField
        label={
          <>
            {t('customer.suspendReason')} <i>({t('optional')})</i>
          </>
        }
        constraintText={t('customer.suspendReasonText')}
      >
        {/* Enter begins a new line: in one line, it would suspend at once. */}
        <Textarea rows={3} value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
    </Dialog>
  );
}
