import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createCloud } from '../../shared/contract/contract.ts';
import { Dialog } from '../shell/Dialog.tsx';

type CreateCloudProps = {
  /** The name of the organization that will hold the cloud. */
  organization: string;
  isRunning: boolean;
  problem: Error | null;
  create: (name: string) => void;
  close: () => void;
};

export function CreateCloud({ organization, isRunning, problem, create, close }: CreateCloudProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const isValid = createCloud.body.safeParse({ name }).success;
  return (
    <Dialog
      title={t('clouds.create')}
      submitText={t('clouds.createButton')}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (isValid) create(name);
      }}
      close={close}
    >
      <FormField
        label={t('clouds.name')}
        constraintText={t('clouds.namePattern')}
        errorText={isTried && !isValid && t(name === '' ? 'required' : 'clouds.nameInvalid')}
      >
        <Input
          ariaRequired
          autoComplete={false}
          spellcheck={false}
          value={name}
          onChange={({ detail }) => setName(detail.value)}
        />
      </FormField>
      <FormField label={t('clouds.organization')}>
        <Input readOnly value={organization} />
      </FormField>
    </Dialog>
  );
}
