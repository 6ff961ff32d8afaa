import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { shortened } from '../language/shortened.ts';
import { DANGEROUS_PRIMARY } from './dangerous.ts';
import { focusFault } from './focusFault.ts';
import { ProblemAlert } from './ProblemAlert.tsx';

type DialogProps = {
  title: string;
  /** The label of the button that submits. Absent: the content has its own buttons. */
  submitText?: string;
  /** The label of the button that closes the dialog, if *Cancel* would not be clear. */
  closeText?: string;
  /** The action takes something away: its button is red. */
  dangerous?: boolean;
  /** There is nothing to submit. */
  disabled?: boolean;
  isRunning: boolean;
  problem: Error | null;
  submit?: () => void;
  close: () => void;
  children: ReactNode;
};

/** A dialog for an action. A refusal is shown in the dialog, and what was typed stays. */
export function Dialog({
  title,
  submitText,
  closeText,
  dangerous,
  disabled,
  isRunning,
  problem,
  submit,
  close,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  const form = useId();
  // The design system focuses its closing button; a person who opens a form wants to type.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      document
        .getElementById(form)
        ?.querySelector<HTMLElement>('input:not([readonly], [type=checkbox]), textarea')
        ?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [form]);
  // The server has found a fault.
  useEffect(() => {
    if (problem) focusFault(document.getElementById(form));
  }, [problem, form]);
  return (
    <Modal
      visible
      header={shortened(title)}
      // A click beside the dialog, such as the second half of a double click on its button, must not lose what was typed.
      onDismiss={({ detail }) => detail.reason !== 'overlay' && !isRunning && close()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" disabled={isRunning} onClick={close}>
              {closeText ?? t('cancel')}
            </Button>
            {submitText !== undefined && (
              <Button
                variant="primary"
                form={form}
                loading={isRunning}
                disabled={disabled ?? false}
                {...(dangerous && { style: DANGEROUS_PRIMARY })}
              >
                {submitText}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (disabled || isRunning) return;
          submit?.();
          focusFault(event.currentTarget);
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
