/** Why a customer was not added, in the language of the page. */
import { useTranslation } from 'react-i18next';
import type { RowProblem } from '../../shared/import/sendRows.ts';
import { useFieldText } from '../shell/fieldText.ts';
import { useRefusalText } from '../shell/problemText.ts';
import type { Reason } from './checkedFile.ts';

/** Refusals that need another text for a row than for a request. */
const REFUSALS = ['CUSTOMER_DELETED', 'IDEMPOTENCY_KEY_REUSED', 'BODY_TOO_LARGE', 'INTERNAL'] as const;

/** Says the refusal of a row. */
export function useRowRefusal(): (problem: RowProblem) => string {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  return (problem) => {
    const known = REFUSALS.find((each) => each === problem.code);
    return known ? t(`addCustomers.refusals.${known}`) : refusalText(problem);
  };
}

/** The text of a reason for which a row of a file was left out or refused. */
export function useRowReason(): (reason: Reason) => string {
  const { t } = useTranslation();
  const fault = useFieldText();
  const refusal = useRowRefusal();
  return (reason) => {
    switch (reason.code) {
      case 'FIELD':
        return fault(reason.error);
      case 'REFUSED':
        return refusal(reason.problem);
      case 'TWICE':
        return t('addCustomers.file.twice');
      default:
        return t(`addCustomers.file.rowFaults.${reason.code}`, { ...reason });
    }
  };
}
