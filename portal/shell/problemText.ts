import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';

/** A refusal in the server's words, which are English. In another language, a translated subject precedes them. */
export function useRefusalText(): (code: string, said: string) => string {
  const { i18n } = useTranslation();
  return (code, said) => {
    const about: unknown = i18n.getResource(i18n.language, 'problems', code);
    return typeof about === 'string' ? `${about}: ${said}` : said;
  };
}

/** The text of a problem: the server's sentence, or the portal's if the server sent none. */
export function useProblemText(): (problem: Error) => string {
  const { t } = useTranslation();
  const refusal = useRefusalText();
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('problem.crashedText');
    const { code, status, message, requestId } = problem;
    if (code === 'NO_ANSWER') return t('problem.noAnswer');
    const said = message ? refusal(code, message) : t('problem.unexpected', { status });
    return status >= 500 && requestId ? `${said} ${t('problem.requestId', { id: requestId })}` : said;
  };
}
