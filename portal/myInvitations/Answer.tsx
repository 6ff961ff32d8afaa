import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acceptInviteSignedIn, declineInviteSignedIn } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useConfig } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';

/** Says what confirming means. Confirms at one press; declines after a second question. */
export function Answer({ customerId, name, partner }: { customerId: string; name: string; partner: string }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const { brandName: brand } = useConfig();
  const [isDeclining, setDeclining] = useState(false);
  const accept = useAction(acceptInviteSignedIn, () => {
    notify({ type: 'success', content: t('myInvitations.one.confirmed') });
  });
  const decline = useAction(declineInviteSignedIn, () => {
    setDeclining(false);
    notify({ type: 'info', content: t('myInvitations.one.declined') });
  });
  const input = { path: { customerId } };
  return (
    <SpaceBetween size="m">
      <div>
        <Box variant="h2">{t('myInvitations.one.meaning')}</Box>
        <ul>
          {(['serves', 'organization', 'staff'] as const).map((point) => (
            <li key={point}>{t(`myInvitations.one.points.${point}`, { partner, brand })}</li>
          ))}
        </ul>
        <Box color="text-body-secondary">{t('myInvitations.one.note', { partner })}</Box>
      </div>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" loading={accept.isRunning} onClick={() => void accept.run(input)}>
          {t('myInvitations.one.confirm')}
        </Button>
        <Button
          disabled={accept.isRunning}
          onClick={() => {
            decline.reset();
            setDeclining(true);
          }}
        >
          {t('myInvitations.one.decline')}
        </Button>
      </SpaceBetween>
      <ProblemAlert problem={accept.problem} />
      {isDeclining && (
        <Dialog
          title={t('myInvitations.one.declineTitle')}
          submitText={t('myInvitations.one.decline')}
          isRunning={decline.isRunning}
          problem={decline.problem}
          submit={() => void decline.run(input)}
          close={() => setDeclining(false)}
        >
          <Box>{t('myInvitations.one.declineText', { partner, name })}</Box>
        </Dialog>
      )}
    </SpaceBetween>
  );
}
