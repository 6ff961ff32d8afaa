import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { SECOND_FACTOR_PAGE } from './me.ts';
import { useProblemText } from './problemText.ts';
import { useFollow } from './useFollow.ts';
import { useOnline } from './useOnline.ts';

type ProblemAlertProps = {
  problem: Error | null | undefined;
  /** What didn't work, as a title; a general one by default. */
  title?: string;
  /** Shows a button that tries again. */
  retry?: () => void;
  dismiss?: () => void;
};

/**
 * A refusal in the server's words; nothing without a problem. Once a lost network is back, says so instead: reads go on automatically, and
 * the person decides about an action.
 */
export function ProblemAlert({ problem, title, retry, dismiss }: ProblemAlertProps) {
  const { t } = useTranslation();
  const text = useProblemText();
  const follow = useFollow();
  /** The problem, if it was that no answer came, and the network is back since. */
  const [passed, setPassed] = useState<Error>();
  useOnline(() => {
    if (problem instanceof ApiProblem && problem.code === 'NO_ANSWER') setPassed(problem);
  });
  if (!problem) return null;
  if (problem === passed)
    return (
      <div role="status">
        <Alert type="info" {...(retry && { action: <Button onClick={retry}>{t('retry')}</Button> })}>
          {t('problem.isBack')}
        </Alert>
      </div>
    );
  const needsSecondFactor =
    problem instanceof ApiProblem && problem.code === 'SECOND_FACTOR_REQUIRED' && !problem.body['federated'];
  return (
    <div role="alert">
      <Alert
        type="error"
        header={title ?? t('problem.title')}
        {...(needsSecondFactor && {
          action: (
            <Button href={SECOND_FACTOR_PAGE} onFollow={follow}>
              {t('secondFactor.title')}
            </Button>
          ),
        })}
        {...(retry &&
          !needsSecondFactor && {
            action: (
              // Several sections of a page can fail.
              <Button {...(title !== undefined && { ariaLabel: `${t('retry')}: ${title}` })} onClick={retry}>
                {t('retry')}
              </Button>
            ),
          })}
        {...(dismiss && { dismissible: true, onDismiss: dismiss })}
      >
        {text(problem)}
      </Alert>
    </div>
  );
}
