import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../shared/client/client.ts';
import type { getApproval } from '../../shared/contract/contract.ts';
import { Rows } from '../shell/Rows.tsx';

/** The program's rules, and whether the account meets each; nothing if the program has no rules. */
export function Eligibility({ rules }: { rules: Answer<typeof getApproval>['eligibility'] }) {
  const { t } = useTranslation();
  if (rules.length === 0) return null;
  return (
    <div>
      <Box fontWeight="bold">{t(`approvals.${rules.every(({ met }) => met) ? 'eligible' : 'ineligible'}`)}</Box>
      <Rows
        label={t('approvals.rulesLabel')}
        rows={rules.map(({ rule, met }) => ({
          id: rule,
          content: (
            <StatusIndicator type={met ? 'success' : 'error'}>
              {t(`approvals.rules.${rule}.${met ? 'met' : 'broken'}`)}
            </StatusIndicator>
          ),
        }))}
      />
    </div>
  );
}
