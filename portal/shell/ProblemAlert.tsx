import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './problemText.ts';

type ProblemAlertProps = {
  problem: Error | null | undefined;
  /** What didn't work, as a title; a general one by default. */
  title?: string;
  /** Shows a button that tries again. */
  retry?: () => void;
  dismiss?: () => void;
};

/** A refusal in the server's words; nothing without a problem. */
export function ProblemAlert({ problem, title, retry, dismiss }: ProblemAlertProps) {
  const { t } = useTranslation();
  const text = useProblemText();
  if (!problem) return null;
  return (
    <div role="alert">
      <Alert
        type="error"
        header={title ?? t('problem.title')}
        {...(retry && { action: <Button onClick={retry}>{t('retry')}</Button> })}
        {...(dismiss && { dismissible: true, onDismiss: dismiss })}
      >
        {text(problem)}
      </Alert>
    </div>
  );
}
