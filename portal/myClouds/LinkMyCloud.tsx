import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/Dialog.tsx';
import type { MyCustomer } from './MyCloud.tsx';

type LinkMyCloudProps = {
  name: string;
  /** The customers to whose subaccounts clouds can be linked. */
  customers: readonly MyCustomer[];
  isRunning: boolean;
  problem: Error | null;
  link: (customerId: string) => void;
  close: () => void;
};

/** The dialog that chooses the subaccount to which a cloud is billed. */
export function LinkMyCloud({ name, customers, isRunning, problem, link, close }: LinkMyCloudProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(customers.length === 1 ? (customers[0]?.id ?? null) : null);
  const [isTried, setTried] = useState(false);
  return (
    <Dialog
      title={t('myClouds.linkNamed', { name })}
      submitText={t('myClouds.link')}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (chosen !== null) link(chosen);
      }}
      close={close}
    >
      <Box>{t('clouds.linkText')}</Box>
      <FormField label={t('myClouds.subaccount')} errorText={isTried && chosen === null && t('required')}>
        <RadioGroup
          value={chosen}
          onChange={({ detail }) => setChosen(detail.value)}
          items={customers.map((customer) => ({
            value: customer.id,
            label: customer.name,
            description: t('myInvitations.invitedBy', { partner: customer.partner.name }),
          }))}
        />
      </FormField>
    </Dialog>
  );
}
