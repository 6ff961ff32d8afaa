import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/Dialog.tsx';

type SignOutQuestionProps = {
  /** How many rows would be lost. */
  count: number;
  signOut: () => void;
  close: () => void;
};

/** Says that signing out deletes imports with rows that have not been added. */
export function SignOutQuestion({ count, signOut, close }: SignOutQuestionProps) {
  const { t } = useTranslation();
  const [isRunning, setRunning] = useState(false);
  return (
    <Dialog
      title={t('imports.signOutTitle')}
      submitText={t('account.signOut')}
      dangerous
      isRunning={isRunning}
      problem={null}
      submit={() => {
        setRunning(true);
        signOut();
      }}
      close={close}
    >
      <Box>{t('imports.signOutText', { count })}</Box>
    </Dialog>
  );
}
