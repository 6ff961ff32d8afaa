import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteCustomer } from '../../shared/contract/contract.ts';
import { fold } from '../../shared/table/fold.ts';
import { useAction } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { useNotify } from '../shell/notifications.tsx';

type DeleteCustomerProps = { customer: Customer; close: () => void; leave: () => void };

/** Deletes a customer, after the person has typed a word to confirm it. */
export function DeleteCustomer({ customer: { id, name }, close, leave }: DeleteCustomerProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [typed, setTyped] = useState('');
  const [isTried, setTried] = useState(false);
  const remove = useAction(deleteCustomer, () => {
    notify({ type: 'success', content: t('customer.deleted', { name }), leadsTo: '/customers' });
    leave();
  });
  const word = t('customer.deleteWord');
  // Keyboards type accents in different Unicode forms.
  const isConfirmed = fold(typed.trim()) === fold(word);
  return (
    <Dialog
      dangerous
      title={t('customer.deleteNamed', { name })}
      submitText={t('customer.delete')}
      isRunning={remove.isRunning}
      problem={remove.problem}
      submit={() => {
        setTried(true);
        if (isConfirmed) void remove.run({ path: { customerId: id } });
      }}
      close={close}
    >
      <Box>{t('customer.deleteText')}</Box>
      <FormField
        label={t('customer.deleteType', { word })}
        errorText={isTried && !isConfirmed && t('customer.deleteMismatch', { word })}
      >
        <Input
          ariaRequired
          autoComplete={false}
          spellcheck={false}
          value={typed}
          onChange={({ detail }) => setTyped(detail.value)}
        />
      </FormField>
    </Dialog>
  );
}
