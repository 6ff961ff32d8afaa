import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acceptInviteSignedIn, declineInviteSignedIn } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useFieldText } from '../shell/fieldText.ts';
import { useConfig } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useTyped } from '../shell/typed.ts';
import { useSession } from '../signIn/SignedIn.tsx';

/**
 * Says what confirming means, and lets the person correct the name. Confirms at one press, which may have been on the page of the copied
 * link before the person signed in. A name that the person has typed in this tab before is shown first, and needs a press here. Declines
 * after a second question.
 */
export function Answer({ customerId, name, partner }: { customerId: string; name: string; partner: string }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const session = useSession();
  const fault = useFieldText();
  const { brandName: brand } = useConfig();
  const [typed, type, forget] = useTyped<string>(`confirm.${customerId}`, (before) => before ?? name);
  const [isDeclining, setDeclining] = useState(false);
  const [noMore, setNoMore] = useState(false);
  const accept = useAction(acceptInviteSignedIn, ({ status }) => {
    forget();
    const next = status === 'APPROVAL_REQUIRED' ? 'confirmedForApproval' : 'confirmed';
    notify({ type: 'success', content: t(`myInvitations.one.${next}`, { brand }) });
  });
  const decline = useAction(declineInviteSignedIn, () => {
    forget();
    setDeclining(false);
    notify({ type: 'info', content: t('myInvitations.one.declined') });
  });
  const path = { customerId };
  const confirm = () => void accept.run({ path, body: typed === name ? {} : { name: typed } });
  const atOnce = useRef(() => {
    if (typed === name) confirm();
  });
  useEffect(() => {
    if (session.takeIntent(customerId)) atOnce.current();
  }, [session, customerId]);
  const wrongName = accept.problem?.errors.find(({ path: at }) => at === 'name');
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
      <FormField
        label={t('myInvitations.one.name')}
        constraintText={t('myInvitations.one.nameText', { partner })}
        errorText={wrongName === undefined ? undefined : fault(wrongName)}
      >
        <Input
          autoComplete={false}
          readOnly={accept.isRunning}
          value={typed}
          onChange={({ detail }) => {
            type(() => detail.value);
            accept.reset();
          }}
        />
      </FormField>
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="primary"
          loading={accept.isRunning}
          loadingText={t('myInvitations.one.confirming')}
          onClick={confirm}
        >
          {t('myInvitations.one.confirm')}
        </Button>
        <Button
          disabled={accept.isRunning}
          onClick={() => {
            decline.reset();
            setNoMore(false);
            setDeclining(true);
          }}
        >
          {t('myInvitations.one.decline')}
        </Button>
      </SpaceBetween>
      {wrongName === undefined && <ProblemAlert problem={accept.problem} />}
      {isDeclining && (
        <Dialog
          title={t('myInvitations.one.declineTitle')}
          submitText={t('myInvitations.one.decline')}
          isRunning={decline.isRunning}
          problem={decline.problem}
          submit={() => void decline.run({ path, body: noMore ? { noMoreInvitations: true } : {} })}
          close={() => setDeclining(false)}
        >
          <Box>{t('myInvitations.one.declineText', { partner, name })}</Box>
          <Checkbox
            checked={noMore}
            description={t('myInvitations.one.noMoreText')}
            onChange={({ detail }) => setNoMore(detail.checked)}
          >
            {t('myInvitations.one.noMore', { partner })}
          </Checkbox>
        </Dialog>
      )}
    </SpaceBetween>
  );
}
