import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/Dialog.tsx';
import { type Import, unfinishedRows } from './job.ts';
import { useImportDatabase } from './useImports.ts';

type RemoveImportProps = {
  job: Import;
  /** As a small button in a list. */
  inList?: boolean;
  onRemoved?: () => void;
};

/** A button that removes an import from the list. Rows that would be lost are asked about first. */
export function RemoveImport({ job, inList = false, onRemoved }: RemoveImportProps) {
  const { t } = useTranslation();
  const imports = useImportDatabase();
  const [isAsking, setAsking] = useState(false);
  const { id, file, state, numbers } = job;
  const lost = unfinishedRows(numbers);
  const remove = () => {
    setAsking(false);
    onRemoved?.();
    void imports.remove(id);
  };
  const press = () => (lost > 0 ? setAsking(true) : remove());
  return (
    <>
      {inList ? (
        <Button variant="inline-icon" iconName="remove" ariaLabel={t('imports.removeFile', { file })} onClick={press} />
      ) : (
        <Button onClick={press}>{t('imports.remove')}</Button>
      )}
      {isAsking && (
        <Dialog
          title={t('imports.removeTitle', { file })}
          submitText={t('imports.columns.remove')}
          dangerous
          isRunning={false}
          problem={null}
          submit={remove}
          close={() => setAsking(false)}
        >
          <Box>
            {t('imports.removeText', { count: lost })}
            {state === 'stopped' && ` ${t('imports.removeStopped')}`}
          </Box>
        </Dialog>
      )}
    </>
  );
}
