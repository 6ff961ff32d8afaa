import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/ApiProblem.ts';

/** What a problem says: the server's sentence, or ours where the server has said nothing. */
export function useProblemText(): (problem: Error) => string {
  const { t } = useTranslation();
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('problem.crashedText');
    const { code, status, message, requestId } = problem;
    if (code === 'NO_ANSWER') return t('problem.noAnswer');
    const said = message || t('problem.unexpected', { status });
    return status >= 500 && requestId ? `${said} ${t('problem.requestId', { id: requestId })}` : said;
  };
}
