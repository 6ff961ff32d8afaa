/** Why a customer was not added, in the language of the page. */
import { useTranslation } from 'react-i18next';
import { useRefusalText } from '../shell/problemText.ts';
import type { Reason } from './checkedFile.ts';
import { useFieldMessage } from './fieldMessage.ts';

/** Refusals for which the page has a sentence that says what to do. */
const REFUSALS = [
  'RESEND_TOO_SOON',
  'INVITATION_LIMIT',
  'REFUSAL_LIMIT',
  'CUSTOMER_DELETED',
  'IDEMPOTENCY_KEY_REUSED',
  'BODY_TOO_LARGE',
  'INTERNAL',
] as const;

/** The text of a refusal, by its code and the server's words. */
export function useRowRefusal(): (code: string, detail: string) => string {
  const { t } = useTranslation();
  const refusalText = useRefusalText();
  return (code, detail) => {
    const known = REFUSALS.find((each) => each === code);
    return known ? t(`addCustomers.refusals.${known}`) : refusalText(code, detail);
  };
}

/** The text of a reason for which a row of a file was left out or refused. */
export function useRowReason(): (reason: Reason) => string {
  const { t } = useTranslation();
  const message = useFieldMessage();
  const refusal = useRowRefusal();
  return (reason) => {
    switch (reason.code) {
      case 'FIELD':
        return message(reason.message);
      case 'REFUSED':
        return refusal(reason.refusal, reason.detail);
      case 'TWICE':
        return t('addCustomers.file.twice');
      default:
        return t(`addCustomers.file.rowFaults.${reason.code}`, { ...reason });
    }
  };
}
