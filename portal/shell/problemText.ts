/** Refusals in the language of the page: by their code, with the values of the answer. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { ApiProblem, type ProblemBody } from '../../shared/client/ApiProblem.ts';
import type { Status } from '../../shared/contract/vocabulary.ts';
import type { PortalConfig } from '../config.ts';
import { formatRelative, formatTime } from '../language/format.ts';
import type { RefusalCase, Refusals } from '../messages/Refusals.ts';
import { fieldText, filled, useRefusals } from './fieldText.ts';
import { useConfig } from './me.ts';

type Around = {
  t: TFunction;
  language: string;
  config: Pick<PortalConfig, 'brandName' | 'statusLabels'>;
  refusals: Refusals | undefined;
};

/** The text that a refusal has because of its members, instead of the text of its code. */
function caseOf({ code, ...members }: ProblemBody): RefusalCase | undefined {
  if (code === 'RESEND_TOO_SOON' && members['mailQueued']) return 'MAIL_QUEUED';
  if (code === 'EMAIL_OF_MEMBER' && members['partnerName']) return 'INVITER_IS_OWN';
  if (code === 'EMAIL_UNDELIVERABLE' && members['currentStatus'] === 'EXPIRED') return 'UNDELIVERABLE_EXPIRED';
  if (code === 'SECOND_FACTOR_REQUIRED' && members['federated']) return 'SECOND_FACTOR_OF_PROVIDER';
  return undefined;
}

/** The text of a refusal. The server speaks English: there, and for a code that this page doesn't know, the text is the server's. */
export function refusalText(problem: ProblemBody, { t, language, config, refusals }: Around): string {
  const { code = '', detail = '', errors = [], retryAfterSeconds, ...members } = problem;
  const texts: Partial<Record<string, string>> = refusals?.problems ?? {};
  const text = texts[caseOf(problem) ?? code];
  if (!refusals || text === undefined) return detail;
  const [first] = errors;
  const values: Partial<Record<string, string>> = { brand: config.brandName };
  for (const [name, value] of Object.entries({ ...first?.values, ...members })) {
    if (typeof value === 'string') values[name] = value;
    if (typeof value === 'number') values[name] = new Intl.NumberFormat(language).format(value);
    if (Array.isArray(value)) values[name] = value.join(', ');
  }
  const { currentStatus = '', roleId, noMoreInvitationsUntil: until, linkableAt, resumesAt } = values;
  const status = Object.hasOwn(refusals.advice, currentStatus) ? (currentStatus as Status) : undefined;
  const own = status && config.statusLabels[status];
  return filled(text, {
    ...values,
    ...(status && {
      status: own === undefined ? t(`status.${status}`) : t(`programLabel.${own as 'Approved'}`, own),
      advice: refusals.advice[status],
    }),
    ...(roleId !== undefined && { role: t(`roles.${roleId.replace(/^.*\./, '')}` as 'roles.owner', roleId) }),
    ...(until !== undefined && { until: formatTime(language, until) }),
    ...(linkableAt !== undefined && { linkableAt: formatTime(language, linkableAt) }),
    ...(resumesAt !== undefined && { resumesAt: formatTime(language, resumesAt) }),
    ...(retryAfterSeconds !== undefined && {
      wait: formatRelative(language, new Date(Date.now() + retryAfterSeconds * 1000).toISOString()),
    }),
    ...(first && { faults: `${errors.map((error) => fieldText(t, error, refusals)).join('. ')}.` }),
  });
}

/** Says a refusal. */
export function useRefusalText(): (problem: ProblemBody) => string {
  const { t, i18n } = useTranslation();
  const config = useConfig();
  const refusals = useRefusals();
  return (problem) => refusalText(problem, { t, language: i18n.language, config, refusals });
}

/** The text of a problem: the refusal's, or the portal's if the server sent none. */
export function useProblemText(): (problem: Error) => string {
  const { t } = useTranslation();
  const refusal = useRefusalText();
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('problem.crashedText');
    const { code, status, message, requestId, body } = problem;
    if (code === 'NO_ANSWER') return t('problem.noAnswer');
    const said = message ? refusal(body) : t('problem.unexpected', { status });
    return status >= 500 && requestId ? `${said} ${t('problem.requestId', { id: requestId })}` : said;
  };
}
