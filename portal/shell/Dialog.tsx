import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { shortened } from '../language/shortened.ts';
import { ProblemAlert } from './ProblemAlert.tsx';

type DialogProps = {
  title: string;
  /** What its button does. */
  submitText: string;
  /** Whether there is nothing to submit. */
  disabled?: boolean;
  isRunning: boolean;
  problem: Error | null;
  submit: () => void;
  close: () => void;
  children: ReactNode;
};

/** Something that a person does in a dialog. What was refused is said there, and nothing typed is lost. */
export function Dialog({ title, submitText, disabled, isRunning, problem, submit, close, children }: DialogProps) {
  const { t } = useTranslation();
  const form = useId();
  // The design system puts the focus on its closing button; who opens a dialog to type begins to type.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      document.getElementById(form)?.querySelector<HTMLElement>('input:not([readonly]), textarea')?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [form]);
  return (
    <Modal
      visible
      header={shortened(title)}
      // A click beside it, such as the second one of a double click that has opened it, loses nothing that is typed.
      onDismiss={({ detail }) => detail.reason !== 'overlay' && !isRunning && close()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" disabled={isRunning} onClick={close}>
              {t('cancel')}
            </Button>
            <Button variant="primary" form={form} loading={isRunning} disabled={disabled ?? false}>
              {submitText}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled && !isRunning) submit();
        }}
      >
        <SpaceBetween size="m">
          {children}
          <ProblemAlert problem={problem} />
        </SpaceBetween>
      </form>
    </Modal>
  );
}
