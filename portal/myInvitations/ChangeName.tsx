import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { updateCustomer } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useFieldText } from '../shell/fieldText.ts';
import { useNotify } from '../shell/notifications.tsx';
import { useFocusAfter } from '../shell/useFocusAfter.ts';

/** Changes the name of a customer that waits for approval. Its contact may do that, but doesn't see the whole customer yet. */
export function ChangeName({ customerId, name }: { customerId: string; name: string }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const message = useFieldText();
  const [typed, setTyped] = useState<string>();
  const button = useFocusAfter(typed !== undefined);
  const change = useAction(updateCustomer, () => {
    setTyped(undefined);
    notify({ type: 'success', content: t('customer.edit.saved') });
  });
  const isEmpty = typed?.trim() === '';
  const wrong = change.problem?.errors.find(({ path }) => path === 'name');
  return (
    <>
      <Button
        ref={button}
        onClick={() => {
          change.reset();
          setTyped(name);
        }}
      >
        {t('myInvitations.one.changeName')}
      </Button>
      {typed !== undefined && (
        <Dialog
          title={t('myInvitations.one.changeName')}
          submitText={t('customer.edit.save')}
          isRunning={change.isRunning}
          problem={wrong === undefined ? change.problem : null}
          submit={() => {
            if (typed === name) return setTyped(undefined);
            if (!isEmpty) void change.run({ path: { customerId }, body: { name: typed } });
          }}
          close={() => setTyped(undefined)}
        >
          <FormField
            label={t('myInvitations.one.name')}
            errorText={isEmpty ? t('customer.edit.empty') : wrong === undefined ? undefined : message(wrong)}
          >
            <Input
              autoComplete={false}
              value={typed}
              onChange={({ detail }) => {
                setTyped(detail.value);
                change.reset();
              }}
            />
          </FormField>
        </Dialog>
      )}
    </>
  );
}
